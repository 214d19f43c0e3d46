using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Clouds.Local;
using Muster.Core;

namespace Muster.Cli.Hello;

/// <summary>Pretends that the cloud takes this instance back: gives notice after a while, and ends it.</summary>
/// <param name="terminal">Where it says so, and its clock.</param>
/// <param name="after">When notice is given.</param>
/// <param name="notice">From then to the end; zero for an end without notice.</param>
internal sealed class Interruption(Terminal terminal, TimeSpan after, TimeSpan notice)
{
    /// <summary>Calls <paramref name="stop"/> when the instance is taken back, or at once where notice cannot be given.</summary>
    /// <exception cref="CliException">Notice cannot be given.</exception>
    public async Task RunAsync(Action stop, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(after, terminal.Time, cancellationToken);
            if (notice > TimeSpan.Zero)
            {
                var leavingAt = terminal.Time.GetUtcNow() + notice;
                var end = Task.Delay(notice, terminal.Time, cancellationToken);
                Give(leavingAt);
                await end;
            }

            terminal.Out.WriteLine("taken back");
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Somebody else ended it before.
        }
        finally
        {
            stop();
        }
    }

    private void Give(DateTimeOffset leavingAt)
    {
        var time = MomentText.Format(leavingAt);
        if (terminal.Environment(LocalNotice.Variable) is not { Length: > 0 } path)
        {
            terminal.Out.WriteLine($"will be taken back at {time}; nobody is told: {LocalNotice.Variable} is not set");
            return;
        }

        try
        {
            // Renamed when it has its time: until then it would say that the instance goes now.
            var staged = path + ".new";
            File.WriteAllBytes(staged, []);
            File.SetLastWriteTimeUtc(staged, leavingAt.UtcDateTime);
            File.Move(staged, path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.Error, $"{LocalNotice.Variable} is '{path}': notice cannot be given there: {error.Message}", error);
        }

        terminal.Out.WriteLine($"will be taken back at {time}");
    }
}
