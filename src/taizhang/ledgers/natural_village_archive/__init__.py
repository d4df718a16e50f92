"""自然村信息采集表 as one wide sheet."""
