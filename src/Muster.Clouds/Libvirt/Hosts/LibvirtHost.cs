using System.Collections.Concurrent;
using System.Globalization;

using Muster.Clouds.Libvirt.Native;
using Muster.Core.Clouds;

namespace Muster.Clouds.Libvirt.Hosts;

/// <summary>One host: its connection, opened when it is needed and again when it broke, and the threads on which it is called.</summary>
internal sealed class LibvirtHost : IDisposable
{
    /// <summary>Calls under way at once that libvirtd takes of one client: its <c>max_client_requests</c> unless changed.</summary>
    private const int CallsMax = 5;

    /// <summary>libvirt 3.0: January 2017. Older ones have not all the calls.</summary>
    private const long VersionMin = 3_000_000;

    private readonly LibvirtAddress _address;
    private readonly TimeSpan _patience, _patienceForChanges;
    private readonly HostThreads _looks, _changes;
    private readonly Lock _opening = new(), _gate = new();
    private readonly ConcurrentDictionary<object, (Action<Guid> OnEvent, Action OnClosed)> _listeners = new();

    // Guarded by the gate.
    private Lease? _current;
    private bool _disposed;

    private volatile bool _isDown;

    /// <param name="address">Which host.</param>
    /// <param name="patience">How long a look may take.</param>
    /// <param name="patienceForChanges">How long a change may take, a copy of a disk included.</param>
    /// <param name="timeProvider">The clock.</param>
    public LibvirtHost(LibvirtAddress address, TimeSpan patience, TimeSpan patienceForChanges, TimeProvider timeProvider)
    {
        (_address, _patience, _patienceForChanges) = (address, patience, patienceForChanges);
        _looks = new($"{address.Shown} looks", 1, timeProvider);
        _changes = new($"{address.Shown} changes", CallsMax - 1, timeProvider);
    }

    /// <summary>The zone; null where the cloud is this one host.</summary>
    public string? Zone => _address.Zone;

    /// <summary>What it is called in messages.</summary>
    public string Shown => _address.Shown;

    /// <summary>Whether the last call found nobody there. The next one that does lifts it.</summary>
    public bool IsDown => _isDown;

    /// <summary>Looks at something.</summary>
    /// <param name="look">What; on a thread of the host.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="atMost">How long it may take; null for as long as the configuration says.</param>
    /// <exception cref="CloudException">It could not be seen.</exception>
    public async Task<T> LookAsync<T>(Func<LibvirtConnection, T> look, CancellationToken cancellationToken, TimeSpan? atMost = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await CallPace.BeforeReadAsync(cancellationToken);
        var patience = atMost < _patience ? atMost.Value : _patience;
        return await _looks.RunAsync(
            () => Call(look, CloudErrorKind.Unavailable), patience, _ => Late(patience, CloudErrorKind.Unavailable), cancellationToken);
    }

    /// <summary>Changes something.</summary>
    /// <exception cref="CloudException">
    /// <see cref="CloudErrorKind.Ambiguous"/> where the connection broke meanwhile, or it took too long.
    /// </exception>
    public async Task<T> ChangeAsync<T>(Func<LibvirtConnection, T> change, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await CallPace.BeforeWriteAsync(cancellationToken);
        return await _changes.RunAsync(
            () => Call(change, CloudErrorKind.Ambiguous),
            _patienceForChanges,
            begun => Late(_patienceForChanges, begun ? CloudErrorKind.Ambiguous : CloudErrorKind.Unavailable),
            cancellationToken);
    }

    /// <summary>Hears what happens to the host's domains, until the subscription is disposed or the connection breaks.</summary>
    /// <param name="onEvent">Gets a domain's id; must be quick.</param>
    /// <param name="onClosed">Told that nothing more comes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<IDisposable> SubscribeAsync(Action<Guid> onEvent, Action onClosed, CancellationToken cancellationToken)
    {
        var key = new object();
        _listeners[key] = (onEvent, onClosed);
        try
        {
            var hears = await LookAsync(connection => connection.HasEvents, cancellationToken);
            return hears
                ? new Subscription(() => _listeners.TryRemove(key, out _))
                : throw new CloudException(CloudErrorKind.Unavailable, $"{Shown}: libvirt does not tell of changes there");
        }
        catch
        {
            _listeners.TryRemove(key, out _);
            throw;
        }
    }

    /// <summary>The exception of the port for what libvirt said while the connection is alive.</summary>
    public CloudException Translate(LibvirtException error) =>
        LibvirtErrors.Translate(error, Shown, isAlive: true, CloudErrorKind.Ambiguous);

    /// <inheritdoc/>
    public void Dispose()
    {
        Lease? last;
        lock (_gate)
        {
            _disposed = true;
            (last, _current) = (_current, null);
        }

        // Closing may wait for a host that hangs: on a thread of its own.
        if (last is not null)
        {
            new Thread(() => last.Retire()) { IsBackground = true, Name = $"{Shown} closes" }.Start();
        }

        _looks.Dispose();
        _changes.Dispose();
    }

    private T Call<T>(Func<LibvirtConnection, T> call, CloudErrorKind broken)
    {
        using var lease = Take();
        try
        {
            var result = call(lease.Connection);
            _isDown = false;
            return result;
        }
        catch (LibvirtException error)
        {
            var isAlive = lease.Connection.IsAlive;
            _isDown = !isAlive;
            throw LibvirtErrors.Translate(error, Shown, isAlive, broken);
        }
    }

    /// <summary>The connection, for one call. It is closed when it was replaced and nobody has it any more.</summary>
    private Lease.Hold Take()
    {
        LibvirtLibrary.Need();
        if (Hold() is { } hold)
        {
            return hold;
        }

        // One at a time: whoever comes meanwhile finds it open.
        lock (_opening)
        {
            if (Hold() is { } opened)
            {
                return opened;
            }

            var lease = new Lease(Open());
            lock (_gate)
            {
                if (_disposed)
                {
                    lease.Retire();
                    throw new ObjectDisposedException(Shown);
                }

                _current = lease;
                return lease.Take();
            }
        }
    }

    private Lease.Hold? Hold()
    {
        Lease? broken = null;
        try
        {
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                if (_current is null)
                {
                    return null;
                }

                if (_current.Connection.IsAlive)
                {
                    return _current.Take();
                }

                (broken, _current) = (_current, null);
                return null;
            }
        }
        finally
        {
            broken?.Retire();
        }
    }

    private LibvirtConnection Open()
    {
        LibvirtConnection connection;
        try
        {
            connection = LibvirtConnection.Open(_address.Uri, OnEvent, OnClosed);
        }
        catch (LibvirtException error)
        {
            // Never sent.
            _isDown = true;
            throw LibvirtErrors.Translate(error, Shown, isAlive: false, CloudErrorKind.Unavailable);
        }

        try
        {
            var version = connection.Version();
            return version >= VersionMin
                ? connection
                : throw new CloudException(
                    CloudErrorKind.Unavailable,
                    $"{Shown}: libvirt {Version(version)} runs there: Muster needs {Version(VersionMin)} or newer");
        }
        catch (LibvirtException error)
        {
            connection.Dispose();
            throw LibvirtErrors.Translate(error, Shown, isAlive: false, CloudErrorKind.Unavailable);
        }
        catch (CloudException)
        {
            connection.Dispose();
            throw;
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

    /// <summary>A version of libvirt as people write it.</summary>
    public static string Version(long number) => string.Create(
        CultureInfo.InvariantCulture, $"{number / 1_000_000}.{number / 1_000 % 1_000}.{number % 1_000}");

    private CloudException Late(TimeSpan patience, CloudErrorKind kind)
    {
        _isDown = true;
        return new(
            kind,
            string.Create(
                CultureInfo.InvariantCulture, $"{Shown}: no answer within {patience.TotalSeconds:0} s: it hangs, or is too slow"));
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    /// <summary>A connection, and how many use it.</summary>
    private sealed class Lease(LibvirtConnection connection)
    {
        private readonly Lock _counting = new();

        // Guarded: calls under way; whether no further ones come.
        private int _users;
        private bool _retired;

        public LibvirtConnection Connection => connection;

        public Hold Take()
        {
            lock (_counting)
            {
                _users++;
                return new(this);
            }
        }

        public void Retire()
        {
            bool isLast;
            lock (_counting)
            {
                _retired = true;
                isLast = _users == 0;
            }

            if (isLast)
            {
                connection.Dispose();
            }
        }

        private void Leave()
        {
            bool isLast;
            lock (_counting)
            {
                isLast = --_users == 0 && _retired;
            }

            if (isLast)
            {
                connection.Dispose();
            }
        }

        public readonly struct Hold(Lease lease) : IDisposable
        {
            public LibvirtConnection Connection => lease.Connection;

            public void Dispose() => lease.Leave();
        }
    }
}
