namespace Muster.Cli.Exits;

/// <summary>What each exit code means, for help and <c>docs/cli.md</c>.</summary>
internal static class ExitCodes
{
    /// <summary>Every code, in the order of their numbers.</summary>
    public static IReadOnlyList<(ExitCode Code, string Meaning)> All { get; } =
    [
        (ExitCode.Ok, "Done."),
        (ExitCode.Error, "Something went wrong that has no number of its own."),
        (ExitCode.Usage, "The command line, a file or a value in it is wrong; nothing was done."),
        (ExitCode.NotReached, "group wait, group check: not reached, or not ended, in time."),
        (ExitCode.NotFound, "What it was about does not exist."),
        (ExitCode.Conflict, "The name is taken, it is in use, or somebody changed it meanwhile."),
        (ExitCode.Unauthorized, "No token, one that is refused, or one whose role does not allow this."),
        (ExitCode.Unreachable, "The server does not answer."),
        (ExitCode.LevelNotRestored, "scale: the level neither holds nor was restored."),
        (ExitCode.Interrupted, "Stopped by Ctrl-C before it was done."),
    ];
}
