namespace Muster.Cli.Exits;

/// <summary>A command ends early with words for the user and a code for the script.</summary>
/// <param name="code">What the process returns.</param>
/// <param name="message">One line or several; each is printed behind <c>muster: </c>.</param>
/// <param name="innerException">The original.</param>
internal sealed class CliException(ExitCode code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>What the process returns.</summary>
    public ExitCode Code { get; } = code;
}
