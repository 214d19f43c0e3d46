namespace Muster.Core.Health;

/// <summary>Why a probe did not find an instance healthy, as far as figures tell.</summary>
public enum ProbeReason
{
    /// <summary>It answered, and not as it should.</summary>
    Answer,

    /// <summary>It did not answer in time.</summary>
    Timeout,

    /// <summary>It refused the connection.</summary>
    Refused,

    /// <summary>It broke the connection off.</summary>
    BrokenOff,

    /// <summary>Nobody is at its address.</summary>
    Unreachable,

    /// <summary>Its certificate, or its TLS, is not as it should be.</summary>
    Tls,

    /// <summary>It could not be asked: it has no address, or none that may be asked.</summary>
    NoAddress,

    /// <summary>It could not be asked: this server knows no way to it.</summary>
    NoRoute,

    /// <summary>It could not be asked: this server has no room for another connection, or no time.</summary>
    NoRoom,

    /// <summary>It could not be asked, for another reason.</summary>
    Other,
}
