namespace Muster.Clouds.Local.Native;

/// <summary>How a process ended, as far as anybody knows.</summary>
/// <param name="Code">Its exit code; null when a signal ended it or nobody knows.</param>
/// <param name="Signal">The signal that ended it; null when it exited or nobody knows.</param>
/// <param name="Reason">In words, where neither number exists: <c>lost in a restart of the machine</c>.</param>
internal sealed record ExitStatus(int? Code, int? Signal, string? Reason = null)
{
    /// <summary>Seen to be gone by somebody who is not its parent.</summary>
    public static readonly ExitStatus Unknown = new(Code: null, Signal: null);

    /// <summary>The instance's state detail.</summary>
    public override string ToString() => (Code, Signal, Reason) switch
    {
        ({ } code, _, _) => $"exited with code {code}",
        (_, { } signal, _) => $"killed by signal {signal}",
        (_, _, { } reason) => reason,
        _ => "exited",
    };
}
