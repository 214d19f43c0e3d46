using System.Buffers;
using System.Text;

namespace Muster.Clouds.Exec.Plugin;

/// <summary>Reads an executable's standard output, up to a limit.</summary>
internal sealed class PluginOutput(Stream stream, int maxMib)
{
    private const int ChunkBytes = 32 * 1024;

    private readonly ArrayBufferWriter<byte> _read = new();
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _overflowed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when more came than is allowed, and never otherwise.</summary>
    public Task Overflowed => _overflowed.Task;

    /// <summary>What came until now.</summary>
    public string Text
    {
        get
        {
            lock (_gate)
            {
                return Encoding.UTF8.GetString(_read.WrittenSpan);
            }
        }
    }

    /// <summary>Reads to the end or to the limit.</summary>
    public async Task ReadAsync()
    {
        var buffer = new byte[ChunkBytes];
        try
        {
            while (await stream.ReadAsync(buffer) is var count && count > 0)
            {
                lock (_gate)
                {
                    _read.Write(buffer.AsSpan(0, count));
                    if (_read.WrittenCount > (long)maxMib * 1024 * 1024)
                    {
                        _overflowed.SetResult();
                        return;
                    }
                }
            }
        }
        catch (Exception error) when (error is ObjectDisposedException or IOException)
        {
            // The call is over and the stream was closed under a process that it left behind; what it wrote in time counts.
        }
    }
}
