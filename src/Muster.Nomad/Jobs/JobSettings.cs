using System.Collections.Immutable;

namespace Muster.Nomad.Jobs;

/// <summary>What one job checks.</summary>
public enum JobUnit
{
    /// <summary>One group: every check shows by itself in Nomad, as in the original.</summary>
    Group,

    /// <summary>One account on one cloud: one listing serves all its groups.</summary>
    Sweep,
}

/// <summary>What starts the program on a client.</summary>
public enum JobDriver
{
    /// <summary>As the agent's own user, not isolated.</summary>
    RawExec,

    /// <summary>Isolated in a chroot.</summary>
    Exec,

    /// <summary>In a container.</summary>
    Docker,
}

/// <summary>What the task of a job does.</summary>
public enum JobTask
{
    /// <summary>Asks the server for a level check, and waits for its outcome: <c>muster group check ID</c>.</summary>
    Ask,

    /// <summary>Makes the level check itself, with the assignment that the server hands out: <c>muster scale --group-id ID</c>.</summary>
    Scale,
}

/// <summary>How the task of a job proves to the server what it is.</summary>
public enum JobIdentity
{
    /// <summary>By what Nomad says of it: a signed token of its own, made for its run. Nomad has them since 1.7.</summary>
    Workload,

    /// <summary>By a token that lies in a file on the clients.</summary>
    Token,
}

/// <summary>How jobs are made. Holds no secret: everything in a job can be read by whoever may read jobs.</summary>
public sealed class JobSettings
{
    /// <summary>One job for each what.</summary>
    public JobUnit Unit { get; set; } = JobUnit.Group;

    /// <summary>What its task does.</summary>
    public JobTask Task { get; set; } = JobTask.Scale;

    /// <summary>How its task proves what it is; a task that asks can only show a token.</summary>
    public JobIdentity Identity { get; set; } = JobIdentity.Workload;

    /// <summary>Where the task finds the server: an address that reaches it from Nomad's clients.</summary>
    /// <remarks>
    /// https, since what a task that scales is handed there opens a cloud; http to this machine and for a task that asks.
    /// </remarks>
    public string Server { get; set; } = "";

    /// <summary>A file on the clients with the bearer token that the task shows the server; null for none.</summary>
    /// <remarks>Tokens are an account's: <c>{account}</c> in it stands for the account's id.</remarks>
    public string? TokenFile { get; set; }

    /// <summary>Data centres whose clients may run it; at least one.</summary>
    public ImmutableArray<string> Datacenters { get; set; } = ["dc1"];

    /// <summary>The node pool whose clients may run it; null for Nomad's default. Nomad before 1.6 has none.</summary>
    public string? NodePool { get; set; }

    /// <summary>What the clients' <c>meta.role</c> must be; null for any client.</summary>
    public string? Role { get; set; }

    /// <summary>What starts the program.</summary>
    public JobDriver Driver { get; set; } = JobDriver.RawExec;

    /// <summary>The executable on the clients, or inside the artifact; of no meaning to <see cref="JobDriver.Docker"/>.</summary>
    /// <value><c>/usr/local/bin/muster</c> unless set; <c>local/muster</c> where there is an <see cref="Artifact"/>.</value>
    public string? Command { get; set; }

    /// <summary>An archive with the executable, fetched for every check; null when clients have it already.</summary>
    public string? Artifact { get; set; }

    /// <summary>What the archive's bytes add up to: <c>sha256:</c> and 64 hexadecimal digits. Required with an artifact.</summary>
    public string? ArtifactChecksum { get; set; }

    /// <summary>The image to run; required by <see cref="JobDriver.Docker"/>.</summary>
    public string? Image { get; set; }

    /// <summary>How long one check may take.</summary>
    /// <value>5 minutes unless set; 10 seconds to 1 hour.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>What a task is promised of the CPU, in MHz.</summary>
    /// <value>50 unless set: a check waits nearly all the time, and what is promised bounds how many run at once.</value>
    public int CpuMegahertz { get; set; } = 50;

    /// <summary>What a task may use of the memory, in MB.</summary>
    /// <value>128 unless set. <c>raw_exec</c> enforces it since Nomad 1.7.</value>
    public int MemoryMegabytes { get; set; } = 128;

    /// <summary>Nomad's priority, 1 to 100.</summary>
    public int Priority { get; set; } = 50;
}
