namespace Muster.Simulators.Kit;

/// <summary>What a simulated cloud is like, whatever its wire; every member may be changed while it runs.</summary>
public class SimulatorOptions
{
    /// <summary>Where it listens on the loopback address; 0 for any free port.</summary>
    public int Port { get; set; }

    /// <summary>The seed of every id and every draw.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>How long an answer takes.</summary>
    public Delay Latency { get; set; } = new(TimeSpan.Zero);

    /// <summary>From creation to running.</summary>
    public Delay Provisioning { get; set; } = new(TimeSpan.Zero);

    /// <summary>From the order to end or stop to its end.</summary>
    public Delay Stopping { get; set; } = new(TimeSpan.Zero);

    /// <summary>How long lists stay as they were after a change.</summary>
    public TimeSpan Lag { get; set; }

    /// <summary>The share of machines that fail to come up.</summary>
    public double FailingShare { get; set; }

    /// <summary>The share of machines that never come up, nor fail.</summary>
    public double HangingShare { get; set; }

    /// <summary>Calls a second that it takes in place of the limits that the cloud publishes; null for those, zero for none.</summary>
    public double? PerSecond { get; set; }

    /// <summary>Calls that it takes at once where <see cref="PerSecond"/> is set; null for three times as many as in a second.</summary>
    public double? Burst { get; set; }

    /// <summary>The most machines of an account.</summary>
    public int MachinesMax { get; set; } = int.MaxValue;

    /// <summary>Whether it has room for no more.</summary>
    public bool IsFull { get; set; }

    /// <summary>How far its clock is ahead.</summary>
    public TimeSpan ClockSkew { get; set; }

    /// <summary>The most rows of one page, so that tests can have several of them; more than the wire's own are not given.</summary>
    public int PageMax { get; set; } = int.MaxValue;

    /// <summary>Called for every request that passed credential and limits; a fault to have it fail, null to let it be.</summary>
    public Func<SimulatedRequest, Fault?> Faults { get; set; } = _ => null;
}
