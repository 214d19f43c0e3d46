namespace Muster.Core.Traffic;

/// <summary>Why a source did not do what it was asked.</summary>
public enum TrafficErrorKind
{
    /// <summary>It gives no answer, or says that it cannot now: nothing is known of any member. Tried again.</summary>
    Unavailable,

    /// <summary>It refuses: what the group asks for cannot be, or Muster may not. Tried again, seldom.</summary>
    Refused,

    /// <summary>
    /// It answers, and what the group names is not there: nobody of the group gets anything by it. Of nothing else: where a source may
    /// only not show it, that is <see cref="Refused"/>. Tried again, seldom.
    /// </summary>
    Absent,

    /// <summary>It has no room for one more, as when all server slots are taken. Tried again when something has left.</summary>
    Full,
}
