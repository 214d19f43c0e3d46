using System.Globalization;

using Muster.Clouds.Libvirt.Native;
using Muster.Core.Clouds;

namespace Muster.Clouds.Libvirt.Hosts;

/// <summary>One host: its connections, opened when they are needed, and the threads on which it is called.</summary>
internal sealed class LibvirtHost : IDisposable
{
    /// <summary>Calls under way at once: libvirtd has five workers for short calls, and at first as many for long ones.</summary>
    private const int CallsMax = 5;

    /// <summary>libvirt 3.0: January 2017. Older ones have not all the calls.</summary>
    private const long VersionMin = 3_000_000;

    private readonly LibvirtAddress _address;
    private readonly TimeSpan _patience, _patienceForChanges;
    private readonly HostThreads _looks, _changes;
    private readonly HostConnections _connections;
    private readonly HostEvents _events;

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
        _connections = new(address.Shown, () => Open(static uri => LibvirtConnection.Open(uri)));
        _events = new(address.Shown, (onEvent, onClosed) => Open(uri => LibvirtConnection.OpenEvents(uri, onEvent, onClosed)));
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
        var subscription = _events.Add(onEvent, onClosed);
        try
        {
            await CallPace.BeforeReadAsync(cancellationToken);
            var hears = await _looks.RunAsync(Hear, _patience, _ => Late(_patience, CloudErrorKind.Unavailable), cancellationToken);
            return hears
                ? subscription
                : throw new CloudException(CloudErrorKind.Unavailable, $"{Shown}: libvirt does not tell of changes there");
        }
        catch
        {
            subscription.Dispose();
            throw;
        }
    }

    /// <summary>The exception of the port for what libvirt said while the connection is alive.</summary>
    public CloudException Translate(LibvirtException error) =>
        LibvirtErrors.Translate(error, Shown, isAlive: true, CloudErrorKind.Ambiguous);

    /// <inheritdoc/>
    public void Dispose()
    {
        // Closing may wait for a host that hangs: on a thread of its own.
        new Thread(Close) { IsBackground = true, Name = $"{Shown} closes" }.Start();
        _looks.Dispose();
        _changes.Dispose();
    }

    private void Close()
    {
        _connections.Dispose();
        _events.Dispose();
    }

    private T Call<T>(Func<LibvirtConnection, T> call, CloudErrorKind broken)
    {
        using var hold = _connections.Take();
        try
        {
            var result = call(hold.Connection);
            _isDown = false;
            return result;
        }
        catch (LibvirtException error)
        {
            var isAlive = hold.Connection.IsAlive;
            _isDown = !isAlive;
            throw LibvirtErrors.Translate(error, Shown, isAlive, broken);
        }
    }

    private bool Hear()
    {
        var hears = _events.Hear();
        _isDown = false;
        return hears;
    }

    private LibvirtConnection Open(Func<string, LibvirtConnection> open)
    {
        LibvirtLibrary.Need();
        LibvirtConnection connection;
        try
        {
            connection = open(_address.Uri);
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
}
