"""贫困户信息采集表 as one wide sheet."""
