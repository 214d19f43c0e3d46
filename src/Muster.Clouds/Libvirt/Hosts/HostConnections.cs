using Muster.Clouds.Libvirt.Native;

namespace Muster.Clouds.Libvirt.Hosts;

/// <summary>The connections on which one host is called, each in the hands of one call at a time.</summary>
/// <remarks>
/// Kept for the next call, the last one first, so that there are only as many as calls were ever under way at once.
/// See docs/decisions/0291-threads-of-a-host.md.
/// </remarks>
/// <param name="shown">The host's name in messages.</param>
/// <param name="open">Opens one; it blocks.</param>
internal sealed class HostConnections(string shown, Func<LibvirtConnection> open) : IDisposable
{
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private readonly Stack<LibvirtConnection> _idle = new();
    private bool _disposed;

    /// <summary>One that nobody else uses, until it is disposed.</summary>
    public Hold Take()
    {
        while (Idle() is { } connection)
        {
            if (connection.IsAlive)
            {
                return new(this, connection);
            }

            connection.Dispose();
        }

        return new(this, open());
    }

    /// <inheritdoc/>
    /// <remarks>Those in use are closed by the calls that have them.</remarks>
    public void Dispose()
    {
        LibvirtConnection[] rest;
        lock (_gate)
        {
            _disposed = true;
            rest = [.. _idle];
            _idle.Clear();
        }

        foreach (var connection in rest)
        {
            connection.Dispose();
        }
    }

    private LibvirtConnection? Idle()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, shown);
            return _idle.TryPop(out var connection) ? connection : null;
        }
    }

    private void GiveBack(LibvirtConnection connection)
    {
        lock (_gate)
        {
            if (!_disposed && connection.IsAlive)
            {
                _idle.Push(connection);
                return;
            }
        }

        connection.Dispose();
    }

    /// <summary>A connection in the hands of one call.</summary>
    public readonly struct Hold(HostConnections from, LibvirtConnection connection) : IDisposable
    {
        /// <summary>The connection.</summary>
        public LibvirtConnection Connection => connection;

        /// <inheritdoc/>
        public void Dispose() => from.GiveBack(connection);
    }
}
