namespace Muster.Metrics.Redis;

/// <summary>What of a key is read.</summary>
internal enum RedisMeasure
{
    /// <summary>All entries.</summary>
    Length,

    /// <summary>Entries that the consumer group has not acknowledged: <see cref="Lag"/> and <see cref="Pending"/>.</summary>
    Waiting,

    /// <summary>Entries that were not delivered to the group yet.</summary>
    Lag,

    /// <summary>Entries that were delivered and not acknowledged.</summary>
    Pending,

    /// <summary>Seconds since the oldest of <see cref="Waiting"/> was added; 0 where there is none.</summary>
    Age,
}
