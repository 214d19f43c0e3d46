namespace Muster.Cli.Exits;

/// <summary>How <c>muster</c> ends, for scripts. Numbers are a promise; <c>docs/cli.md</c> lists them.</summary>
internal enum ExitCode
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>Something went wrong that has no number of its own; stderr says what.</summary>
    Error = 1,

    /// <summary>The command line, a file or a value in it is wrong; nothing was done.</summary>
    Usage = 2,

    /// <summary>
    /// The level was not reached, or a check did not end, within the time given to <c>group wait</c> and <c>group check</c>.
    /// </summary>
    NotReached = 3,

    /// <summary>What it was about does not exist.</summary>
    NotFound = 4,

    /// <summary>The name is taken, it is in use, or somebody changed it meanwhile.</summary>
    Conflict = 5,

    /// <summary>No token, a token that is refused, or one whose role does not allow this.</summary>
    Unauthorized = 6,

    /// <summary>The server does not answer.</summary>
    Unreachable = 7,

    /// <summary><c>muster scale</c>: the level neither holds nor was restored; the output says why.</summary>
    LevelNotRestored = 8,

    /// <summary>Stopped by Ctrl-C before it was done.</summary>
    Interrupted = 130,
}
