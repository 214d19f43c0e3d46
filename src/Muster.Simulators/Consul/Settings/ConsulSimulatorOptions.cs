namespace Muster.Simulators.Consul.Settings;

/// <summary>What a simulated Consul is like; every member may be changed while it runs.</summary>
public sealed class ConsulSimulatorOptions
{
    /// <summary>Where it listens on the loopback address; 0 for any free port.</summary>
    public int Port { get; set; }

    /// <summary>The one token that may do everything; null where nobody is asked for one.</summary>
    public string? Token { get; set; }

    /// <summary>Whether tokens may not read all, so that listings leave something out.</summary>
    public bool Filters { get; set; }

    /// <summary>A status with which every request is answered; null for none.</summary>
    public int? Fault { get; set; }
}
