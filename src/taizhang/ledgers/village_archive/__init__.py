"""贫困村信息采集表 as one wide sheet."""
