namespace Muster.Storage.Postgres;

/// <summary>How a connection is protected: libpq's <c>sslmode</c>.</summary>
public enum PostgresTls
{
    /// <summary>Not at all.</summary>
    Disable,

    /// <summary>Only if the server insists; who it is, is not looked at.</summary>
    Allow,

    /// <summary>If the server can; who it is, is not looked at.</summary>
    Prefer,

    /// <summary>Always; who the server is, is not looked at.</summary>
    Require,

    /// <summary>Always, and its certificate must be signed by a trusted authority.</summary>
    VerifyCa,

    /// <summary>Always, and its certificate must be signed by a trusted authority and name the host.</summary>
    VerifyFull,
}
