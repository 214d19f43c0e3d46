using System.Collections.Immutable;

using Muster.Clouds.Kit.Templates;

namespace Muster.Clouds.Local.Files;

/// <summary>The intent to run one instance, written before its process is started, and anew before each further start.</summary>
/// <remarks>
/// Holds nothing secret: metadata and user data go to the instance alone, and to files beside this one that go when it ends.
/// </remarks>
internal sealed record InstanceRecord
{
    /// <summary>Its launch, which is also its id and the name of its directory.</summary>
    public required Guid Launch { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>When the intent was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Which run of the instance this is the intent of, from 2 on; null for the first.</summary>
    public int? Run { get; init; }

    /// <summary>Whether an order ended the run before this one; left out where there was no order.</summary>
    public bool? AfterOrder { get; init; }

    /// <summary>In which run of the machine: with the machine ended, every process of it has.</summary>
    public required string BootId { get; init; }

    /// <summary>The executable's path and its arguments.</summary>
    public required ImmutableArray<string> Command { get; init; }

    /// <summary>The TCP port it was promised.</summary>
    public required int Port { get; init; }

    /// <summary>From SIGTERM to SIGKILL.</summary>
    public required TimeSpan StopGrace { get; init; }

    /// <summary>Its cgroup; null without limits.</summary>
    public string? ControlGroup { get; init; }

    /// <summary>The limits that were asked for, to apply them to a further run; null for none.</summary>
    public SizeLimits? Size { get; init; }

    /// <summary>What became of the limits, in words; null when none were asked for.</summary>
    public string? Limits { get; init; }

    /// <summary>Where its working directory is, when it runs as another user; null when that is beside the record.</summary>
    public string? Home { get; init; }

    /// <summary>Whom it runs as; null for the server's own user.</summary>
    public string? RunAs { get; init; }

    /// <summary>The zone that it pretends to be in; null for none.</summary>
    public string? Zone { get; init; }

    /// <summary>Whether it pretends to be one that may be taken back; left out of one that does not.</summary>
    public bool? Interruptible { get; init; }

    /// <summary>Every tag.</summary>
    public required ImmutableSortedDictionary<string, string> Tags { get; init; }
}
