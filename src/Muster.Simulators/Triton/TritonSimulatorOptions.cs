namespace Muster.Simulators.Triton;

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

/// <summary>A time that varies: from half of it to one and a half with spread 0.5.</summary>
/// <param name="Typical">The middle.</param>
/// <param name="Spread">How far it goes to both sides, as a share.</param>
public readonly record struct Delay(TimeSpan Typical, double Spread = 0)
{
    internal TimeSpan Draw(Random random) => Typical * (1 + (Spread * ((2 * random.NextDouble()) - 1)));
}

/// <summary>What a request asks.</summary>
/// <param name="Method">GET, POST ...</param>
/// <param name="Path">Below the account: <c>machines/ID</c>.</param>
/// <param name="Number">How many requests there were with it.</param>
public sealed record SimulatedRequest(string Method, string Path, int Number);

/// <summary>How a request fails.</summary>
public abstract record Fault
{
    private Fault()
    {
    }

    /// <summary>An answer instead of the right one; the request does nothing.</summary>
    /// <param name="Status">The status.</param>
    /// <param name="Body">The body.</param>
    /// <param name="Html">Whether it is HTML.</param>
    /// <param name="RetryAfter">That header's value; null for none.</param>
    public sealed record Answer(int Status, string Body, bool Html = false, string? RetryAfter = null) : Fault;

    /// <summary>The request is carried out, and the connection then breaks.</summary>
    public sealed record LostAnswer : Fault;

    /// <summary>The connection breaks before anything is done.</summary>
    public sealed record Reset : Fault;

    /// <summary>The answer takes so much longer.</summary>
    /// <param name="By">How much.</param>
    public sealed record Slow(TimeSpan By) : Fault;
}
