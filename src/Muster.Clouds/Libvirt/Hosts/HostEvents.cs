using System.Collections.Concurrent;

using Muster.Clouds.Libvirt.Native;

namespace Muster.Clouds.Libvirt.Hosts;

/// <summary>The connection on which one host tells what happens to its domains, and those who want to hear it.</summary>
/// <param name="shown">The host's name in messages.</param>
/// <param name="open">Opens it; it blocks.</param>
internal sealed class HostEvents(string shown, Func<Action<Guid>, Action, LibvirtConnection> open) : IDisposable
{
    private readonly ConcurrentDictionary<object, (Action<Guid> OnEvent, Action OnClosed)> _listeners = new();
    private readonly Lock _gate = new();

    // Guarded by the gate.
    private LibvirtConnection? _connection;
    private bool _disposed;

    /// <summary>Has the host's events told to somebody; before <see cref="Hear"/>, so that no end of the connection is missed.</summary>
    public IDisposable Add(Action<Guid> onEvent, Action onClosed)
    {
        var key = new object();
        _listeners[key] = (onEvent, onClosed);
        return new Subscription(() => _listeners.TryRemove(key, out _));
    }

    /// <summary>Opens the connection where there is none that lives. Blocks.</summary>
    /// <returns>Whether the host tells of changes.</returns>
    public bool Hear()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, shown);
            if (_connection is not { IsAlive: true })
            {
                _connection?.Dispose();
                _connection = null;
                _connection = open(OnEvent, OnClosed);
            }

            return _connection.HasEvents;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _connection?.Dispose();
            _connection = null;
        }
    }

    private void OnEvent(Guid uuid)
    {
        foreach (var (_, listener) in _listeners)
        {
            listener.OnEvent(uuid);
        }
    }

    private void OnClosed()
    {
        foreach (var (_, listener) in _listeners)
        {
            listener.OnClosed();
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
