using Microsoft.Win32.SafeHandles;

namespace Muster.Clouds.Local.Native;

/// <summary>A few open descriptors that stand for nothing, let go when work that must not fail finds none left.</summary>
/// <remarks>
/// What takes the last one is mostly not who suffers: connections of strangers, another cloud's tool. A listing that failed would leave
/// every group of the cloud without a look, and needs one or two at a time.
/// </remarks>
internal sealed class DescriptorReserve : IDisposable
{
    private const int Kept = 8;

    /// <summary>Others run for what is let go, too.</summary>
    private const int Tries = 3;

    private readonly Lock _gate = new();

    // Under the gate.
    private readonly Stack<SafeFileHandle> _kept = new();
    private bool _closed;

    public DescriptorReserve()
    {
        lock (_gate)
        {
            Fill_NeedsGate();
        }
    }

    /// <summary>How often it was needed.</summary>
    public int Uses { get; private set; }

    /// <summary>Whether an error says that no descriptor was to be had.</summary>
    public static bool IsWanting(Exception error) =>
        error is IOException { HResult: LibC.ErrorFilesInProcess or LibC.ErrorFilesInSystem };

    /// <summary>Does something that may be done again from its beginning, out of the reserve if need be.</summary>
    public void Run(Action action)
    {
        try
        {
            action();
            return;
        }
        catch (IOException error) when (IsWanting(error))
        {
            // Below, with what is let go.
        }

        lock (_gate)
        {
            Uses++;
            for (var left = Tries; ; left--)
            {
                Empty_NeedsGate();
                try
                {
                    action();
                    return;
                }
                catch (IOException error) when (IsWanting(error) && left > 1)
                {
                    // Somebody was faster.
                }
                finally
                {
                    Fill_NeedsGate();
                }
            }
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Empty_NeedsGate();
        }
    }

    private void Empty_NeedsGate()
    {
        while (_kept.TryPop(out var file))
        {
            file.Dispose();
        }
    }

    private void Fill_NeedsGate()
    {
        try
        {
            while (!_closed && _kept.Count < Kept)
            {
                _kept.Push(File.OpenHandle("/dev/null"));
            }
        }
        catch (IOException error) when (IsWanting(error))
        {
            // Filled when it was next needed, as far as there are any.
        }
    }
}
