namespace Muster.Core.Schedules;

/// <summary>When a window opens and closes. Thread-safe, and a pure function of the instant.</summary>
internal abstract record WindowShape
{
    /// <summary>As it is written, without what says nothing.</summary>
    public abstract string Text { get; }

    /// <summary>When the window that is open at an instant closes; null where it is not open.</summary>
    public abstract DateTimeOffset? OpenUntil(DateTimeOffset now, TimeZoneInfo zone);

    /// <summary>When it opens next, after an instant; null for never.</summary>
    public abstract DateTimeOffset? OpensAfter(DateTimeOffset now, TimeZoneInfo zone);
}
