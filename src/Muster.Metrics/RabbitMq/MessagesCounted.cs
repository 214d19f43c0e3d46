namespace Muster.Metrics.RabbitMq;

/// <summary>Which messages of a queue count.</summary>
internal enum MessagesCounted
{
    /// <summary>Those that wait, and those that a consumer works on.</summary>
    All,

    /// <summary>Those that wait.</summary>
    Ready,

    /// <summary>Those that a consumer has and did not acknowledge.</summary>
    Unacknowledged,
}
