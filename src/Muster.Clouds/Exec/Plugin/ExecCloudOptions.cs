using System.Collections.Immutable;

namespace Muster.Clouds.Exec.Plugin;

/// <summary>How a cloud behind an executable is set up.</summary>
internal sealed class ExecCloudOptions
{
    /// <summary>The executable, as an absolute path, and its arguments; the operation is added as the last one.</summary>
    public required ImmutableArray<string> Command { get; set; }

    /// <summary>What templates call the cloud; told to the executable, and used in error messages.</summary>
    public required string Cloud { get; set; }

    /// <summary>Where it runs; made when missing.</summary>
    public required string Directory { get; set; }

    /// <summary>Where programs are looked for, by Muster and by the executable.</summary>
    public required string SearchPath { get; set; }

    /// <summary>Its environment beside <c>PATH</c>, <c>LANG</c> and <c>MUSTER_CLOUD</c>. Every value is masked in the log.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; set; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>How long one call may take, launches and watches apart.</summary>
    /// <value>1 minute unless set; 1 second to 1 hour.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Calls that run at once, the watch apart.</summary>
    /// <value>8 unless set: a process each, often an interpreter with a client library; 1 to 256.</value>
    public int ConcurrencyMax { get; set; } = 8;

    /// <summary>The most that one call may write to its standard output.</summary>
    /// <value>16 MiB unless set: a listing of some ten thousand instances; 1 to 1024.</value>
    public int OutputMaxMib { get; set; } = 16;
}
