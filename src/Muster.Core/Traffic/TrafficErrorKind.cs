namespace Muster.Core.Traffic;

/// <summary>Why a source did not do what it was asked.</summary>
public enum TrafficErrorKind
{
    /// <summary>It gives no answer, or says that it cannot now: nothing is known of any member. Tried again.</summary>
    Unavailable,

    /// <summary>It refuses: it does not know what the group names, or Muster may not. Tried again, seldom.</summary>
    Refused,

    /// <summary>It has no room for one more, as when all server slots are taken. Tried again when something has left.</summary>
    Full,
}
