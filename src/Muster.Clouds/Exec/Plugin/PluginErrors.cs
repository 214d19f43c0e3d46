using Muster.Clouds.Kit.Programs;
using Muster.Clouds.Kit.Streams;

namespace Muster.Clouds.Exec.Plugin;

/// <summary>Reads an executable's standard error and passes it on, a line at a time, without secrets.</summary>
internal sealed class PluginErrors(Stream stream, SecretMask mask, Action<string> say)
{
    /// <summary>Lines of one call that are passed on: a stack and then some. The rest is read and dropped.</summary>
    private const int LinesMax = 100;

    private const int LineLengthMax = 2000;

    private volatile string _last = "";

    /// <summary>The last line with anything on it.</summary>
    public string Last => _last;

    /// <summary>The last line as the end of a message; nothing when there is none.</summary>
    public string Suffix => _last.Length == 0 ? "" : $": {_last}";

    /// <summary>Reads to the end.</summary>
    public async Task ReadAsync()
    {
        try
        {
            using var lines = new BoundedLines(stream, BoundedLines.UsualBytesMax);
            for (var count = 0; await lines.ReadAsync(CancellationToken.None) is { } line;)
            {
                var text = Cut(mask.Apply(line.Text).TrimEnd());
                if (text.Length == 0)
                {
                    continue;
                }

                _last = text;
                count++;
                if (count <= LinesMax)
                {
                    say(text);
                }
                else if (count == LinesMax + 1)
                {
                    say($"(more than {LinesMax} lines; the rest is dropped)");
                }
            }
        }
        catch (Exception error) when (error is ObjectDisposedException or IOException)
        {
            // The call is over and the stream was closed under a process that it left behind: nobody waits for its words.
        }
    }

    // Cut after masking: what is left of a secret that was cut in two is not known as one.
    private static string Cut(string text) => text.Length > LineLengthMax ? text[..LineLengthMax] + "..." : text;
}
