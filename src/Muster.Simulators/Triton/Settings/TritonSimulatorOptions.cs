namespace Muster.Simulators.Triton.Settings;

/// <summary>What a simulated CloudAPI is like; every member may be changed while it runs.</summary>
public sealed class TritonSimulatorOptions
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

    /// <summary>How long lists and tags stay as they were after a change; a new machine shows at once.</summary>
    public TimeSpan Lag { get; set; }

    /// <summary>The share of provisions that fail.</summary>
    public double FailingShare { get; set; }

    /// <summary>The share of provisions that never end.</summary>
    public double HangingShare { get; set; }

    /// <summary>Requests at once of each family of endpoints; the shipped limit.</summary>
    public int Burst { get; set; } = 30;

    /// <summary>Requests a second after them; the shipped limit. Zero for no limit.</summary>
    public double PerSecond { get; set; } = 10;

    /// <summary>The most machines of an account.</summary>
    public int MachinesMax { get; set; } = int.MaxValue;

    /// <summary>Whether the data centre has room for no more.</summary>
    public bool IsFull { get; set; }

    /// <summary>Between the check of a name and its being taken: two requests within it both pass.</summary>
    public TimeSpan NameRace { get; set; }

    /// <summary>Whether there is a change feed.</summary>
    public bool ChangeFeed { get; set; } = true;

    /// <summary>How far the server's clock is ahead.</summary>
    public TimeSpan ClockSkew { get; set; }

    /// <summary>The most rows of one page, so that tests can have several of them.</summary>
    public int PageMax { get; set; } = 1000;

    /// <summary>Called for every request that passed signature and limits; a fault to have it fail, null to let it be.</summary>
    public Func<SimulatedRequest, Fault?> Faults { get; set; } = _ => null;
}
