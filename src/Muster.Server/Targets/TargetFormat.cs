namespace Muster.Server.Targets;

/// <summary>For whom a group's members are listed.</summary>
internal enum TargetFormat
{
    /// <summary>Prometheus, by its HTTP service discovery.</summary>
    Prometheus,

    /// <summary>Traefik, by its HTTP provider.</summary>
    Traefik,

    /// <summary>Anybody who reads lines.</summary>
    Lines,
}
