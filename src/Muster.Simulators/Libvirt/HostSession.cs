using System.Net.Sockets;

using Muster.Simulators.Kit;
using Muster.Simulators.Libvirt.Hosts;
using Muster.Simulators.Libvirt.Settings;
using Muster.Simulators.Libvirt.Wire;

namespace Muster.Simulators.Libvirt;

/// <summary>One client's connection: its calls, its uploads, and the events that it wants.</summary>
internal sealed class HostSession : IDisposable
{
    private const int Polkit = 2;
    private const int Ping = 1, Pong = 2;

    private readonly NetworkStream _stream;
    private readonly SimulatedHost _host;
    private readonly HostCalls _calls;
    private readonly LibvirtSimulatorOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly bool _isOpen;
    private readonly Func<string, int> _number;
    private readonly Action<string, int> _count;
    private readonly Action<int> _underWay;
    private readonly Random _random;
    private readonly SemaphoreSlim _writing = new(1);

    // The reading loop's alone: uploads under way, by the call that began them.
    private readonly Dictionary<uint, ((string Pool, string Name) Volume, MemoryStream Bytes)> _uploads = [];

    private int _calling;

    // Written by the reading loop, read where events come.
    private volatile int _callback = -1;

    public HostSession(
        Socket socket, SimulatedHost host, HostCalls calls, LibvirtSimulatorOptions options, TimeProvider timeProvider, bool isOpen,
        Func<string, int> number, Action<string, int> count, Action<int> underWay)
    {
        (_stream, _host, _calls, _options) = (new(socket, ownsSocket: true), host, calls, options);
        (_timeProvider, _isOpen, _number, _count, _underWay) = (timeProvider, isOpen, number, count, underWay);
        _random = new(options.Seed);
    }

    /// <summary>Serves it until it goes, or the host does.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _host.Happened += Tell;
        var calls = new List<Task>();
        try
        {
            while (await Message.ReadAsync(_stream, cancellationToken) is { } message)
            {
                if (message is { Program: Message.KeepAlive, Procedure: Ping })
                {
                    await SendAsync(message with { Procedure = Pong });
                }
                else if (message is { Type: Message.Stream })
                {
                    await UploadAsync(message);
                }
                else if (message is { Type: Message.Call, Program: Message.Remote })
                {
                    // Calls run beside each other, as they do on a daemon's workers.
                    calls.RemoveAll(call => call.IsCompleted);
                    calls.Add(Task.Run(() => ServeAsync(message, cancellationToken), CancellationToken.None));
                    if ((Procedure)message.Procedure is Procedure.StorageVolUpload)
                    {
                        // What follows is what it announced.
                        await calls[^1];
                    }
                }
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException or InvalidDataException)
        {
            // The client went, was cut off, or speaks something else.
        }
        finally
        {
            _host.Happened -= Tell;
            _stream.Dispose();
            await Task.WhenAll(calls);
        }
    }

    /// <inheritdoc/>
    /// <remarks>After <see cref="RunAsync"/>.</remarks>
    public void Dispose()
    {
        _stream.Dispose();
        _writing.Dispose();
    }

    private async Task ServeAsync(Message call, CancellationToken cancellationToken)
    {
        var name = ((Procedure)call.Procedure).ToString();
        _underWay(Interlocked.Increment(ref _calling));
        try
        {
            var fault = _options.Faults(new(name, "", _number(name)));
            await WaitAsync(fault, cancellationToken);
            if (fault is Fault.Reset)
            {
                _stream.Dispose();
                return;
            }

            var answer = fault is Fault.Answer refusal
                ? Refuse(call, name, new(refusal.Status, refusal.Body))
                : await AnswerAsync(call, name, cancellationToken);
            if (fault is Fault.LostAnswer)
            {
                _stream.Dispose();
                return;
            }

            Interlocked.Decrement(ref _calling);
            await SendAsync(answer);
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went.
        }
    }

    private async Task<Message> AnswerAsync(Message call, string name, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await DoAsync((Procedure)call.Procedure, call, cancellationToken);
            _count(name, 0);
            return call with { Type = Message.Reply, Status = Message.Ok, Body = answer.Written.ToArray() };
        }
        catch (RefusalException refusal)
        {
            return Refuse(call, name, refusal);
        }
        catch (InvalidDataException)
        {
            return Refuse(call, name, new(RefusalException.Rpc, "Unable to decode message payload"));
        }
    }

    private Message Refuse(Message call, string name, RefusalException refusal)
    {
        _count(name, refusal.Code);
        return call with { Type = Message.Reply, Status = Message.Error, Body = refusal.ToBytes() };
    }

    private async Task<XdrWriter> DoAsync(Procedure procedure, Message call, CancellationToken cancellationToken)
    {
        var args = new XdrReader(call.Body);
        switch (procedure)
        {
            case Procedure.AuthList:
                return _isOpen ? new XdrWriter().Int(1).Int(0) : new XdrWriter().Int(1).Int(Polkit);
            case Procedure.AuthPolkit when !_isOpen:
                throw new RefusalException(
                    RefusalException.AuthFailed, "authentication failed: access denied by policy");
            case Procedure.EventCallbackRegisterAny:
                _callback = 1;
                return new XdrWriter().Int(1);
            case Procedure.EventCallbackDeregisterAny:
                _callback = -1;
                return new();
            case Procedure.StorageVolUpload:
                var volume = args.Volume();
                _host.FindVolume(volume.Pool, volume.Name);
                _uploads[call.Serial] = (volume, new());
                return new();
            default:
                return await _calls.AnswerAsync(procedure, args, cancellationToken);
        }
    }

    /// <summary>A piece of an upload, or its end.</summary>
    private async Task UploadAsync(Message piece)
    {
        if (!_uploads.TryGetValue(piece.Serial, out var upload))
        {
            return;
        }

        if (piece.Status is Message.Continue)
        {
            upload.Bytes.Write(piece.Body.Span);
            return;
        }

        _uploads.Remove(piece.Serial);
        if (piece.Status is Message.Ok)
        {
            _host.Write(upload.Volume.Pool, upload.Volume.Name, upload.Bytes.ToArray());
            await SendAsync(piece with { Body = default });
        }
    }

    private async Task WaitAsync(Fault? fault, CancellationToken cancellationToken)
    {
        TimeSpan latency;
        lock (_random)
        {
            latency = _options.Latency.Draw(_random);
        }

        var wait = latency + (fault is Fault.Slow slow ? slow.By : TimeSpan.Zero);
        if (wait > TimeSpan.Zero)
        {
            await Task.Delay(wait, _timeProvider, cancellationToken);
        }
    }

    // Within the host's gate: written later, and in order, since the writing is.
    private void Tell(SimulatedDomain domain, int what, int detail)
    {
        if (_callback >= 0)
        {
            var body = new XdrWriter().Int(_callback).Domain(domain.Name, domain.Uuid, domain.Id).Int(what).Int(detail).Written.ToArray();
            _ = TellAsync(new(Message.Remote, (int)Procedure.EventCallbackLifecycle, Message.Event, 0, Message.Ok, body));
        }
    }

    private async Task TellAsync(Message message)
    {
        try
        {
            await SendAsync(message);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            // Nobody listens any more.
        }
    }

    private async Task SendAsync(Message message)
    {
        await _writing.WaitAsync();
        try
        {
            await _stream.WriteAsync(message.ToBytes());
        }
        finally
        {
            _writing.Release();
        }
    }
}
