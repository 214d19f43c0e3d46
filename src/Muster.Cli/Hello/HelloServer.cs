using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

using Muster.Cli.Exits;
using Muster.Core;

namespace Muster.Cli.Hello;

/// <summary>A tiny HTTP server to use as an image: says who it is, so that a group of it can be seen working.</summary>
/// <remarks>
/// Sockets and a thread a connection instead of ASP.NET: a group of a hundred on one machine must cost little memory and start at once.
/// </remarks>
/// <param name="name">What it calls itself.</param>
internal sealed class HelloServer(string name) : IDisposable
{
    // More at once wait in the backlog: this serves a person with curl, and a load balancer's probes.
    private const int ConnectionsMax = 64;

    // The longest request line and headers that are read; the answer never depends on what comes after.
    private const int RequestLengthMaxBytes = 8192;

    // An answer needs little, and a hundred of these servers on one machine may have many threads.
    private const int StackBytes = 256 * 1024;

    // Of /work: what is felt, and what is over before anybody gives up.
    private const int WorkDefaultMs = 10;
    private const int WorkMaxMs = 1000;

    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SemaphoreSlim _slots = new(ConnectionsMax);
    private volatile bool _stopping;
    private volatile bool _sick;
    private long _requests;

    /// <summary>Where it listens, once <see cref="Listen"/> has returned.</summary>
    public int Port { get; private set; }

    /// <summary>Takes the port; 0 is any free one.</summary>
    /// <exception cref="CliException">It is taken.</exception>
    public void Listen(int port)
    {
        try
        {
            // Not ReuseAddress: on Unix, .NET takes it for SO_REUSEPORT too, and two servers would share the port.
            _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            _listener.Listen(ConnectionsMax);
        }
        catch (SocketException error)
        {
            throw new CliException(ExitCode.Error, $"cannot listen on 127.0.0.1:{port}: {error.Message}", error);
        }

        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    /// <summary>Answers until <see cref="Stop"/>, then lets those in flight finish.</summary>
    public void Serve()
    {
        while (!_stopping)
        {
            _slots.Wait();
            if (Accept() is { } connection)
            {
                Begin(connection);
            }
            else
            {
                _slots.Release();
            }
        }

        for (var i = 0; i < ConnectionsMax; i++)
        {
            if (!_slots.Wait(StopTimeout))
            {
                return;
            }
        }
    }

    /// <summary>Has <see cref="Serve"/> return. May be called from a signal's thread.</summary>
    public void Stop()
    {
        _stopping = true;
        _listener.Close();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _slots.Dispose();
    }

    private Socket? Accept()
    {
        try
        {
            return _listener.Accept();
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Closed by Stop, or a client that went away before it was accepted.
            return null;
        }
    }

    private void Begin(Socket connection)
    {
        try
        {
            // The pool adds threads slowly: a connection that waited for one would be read too late, and reset.
            new Thread(() => AnswerAndRelease(connection), StackBytes) { IsBackground = true }.Start();
        }
        catch (OutOfMemoryException)
        {
            // The machine allows no more threads. This one answers, and whoever comes next waits for it.
            AnswerAndRelease(connection);
        }
    }

    private void AnswerAndRelease(Socket connection)
    {
        try
        {
            Answer(connection);
        }
        catch (SocketException)
        {
            // The client went away; nobody is left to tell.
        }
        finally
        {
            connection.Dispose();
            _slots.Release();
        }
    }

    private void Answer(Socket connection)
    {
        connection.ReceiveTimeout = connection.SendTimeout = (int)ReadTimeout.TotalMilliseconds;
        var response = Respond(ReadRequestLine(connection));
        for (var sent = 0; sent < response.Length;)
        {
            sent += connection.Send(response.AsSpan(sent));
        }

        connection.Shutdown(SocketShutdown.Send);
    }

    private static string ReadRequestLine(Socket connection)
    {
        var buffer = new byte[RequestLengthMaxBytes];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = connection.Receive(buffer.AsSpan(length));
            length += read;
            // All headers are read: closing with unread bytes would reset the connection under the answer.
            if (read == 0 || buffer.AsSpan(0, length).IndexOf("\r\n\r\n"u8) >= 0)
            {
                break;
            }
        }

        var end = buffer.AsSpan(0, length).IndexOf("\r\n"u8);
        return Encoding.ASCII.GetString(buffer, 0, Math.Max(end, 0));
    }

    /// <summary>Keeps a processor busy for a while, for who wants to see a load.</summary>
    private static (string Status, string Body) Work(string? query)
    {
        var text = query is not null && query.StartsWith("ms=", StringComparison.Ordinal) ? query["ms=".Length..] : null;
        if (text is not null && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var asked) && asked <= WorkMaxMs))
        {
            return ("400 Bad Request", $"ms is '{VisibleText.OneLine(text)}': a whole number up to {WorkMaxMs}\n");
        }

        var time = text is null ? WorkDefaultMs : int.Parse(text, CultureInfo.InvariantCulture);
        var startedAt = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(startedAt).TotalMilliseconds < time)
        {
            Thread.SpinWait(1000);
        }

        return ("200 OK", $"worked for {time} ms\n");
    }

    /// <summary>
    /// Has /healthz answer 503 from now on, for who wants to see what is done about it. Everything else is served as before.
    /// </summary>
    private (string Status, string Body) FallSick()
    {
        _sick = true;
        return ("200 OK", "sick from now on\n");
    }

    /// <summary>What Prometheus may read.</summary>
    private string Figures() => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        # HELP hello_requests_total Requests answered, without those for health and figures.
        # TYPE hello_requests_total counter
        hello_requests_total {Interlocked.Read(ref _requests)}
        # HELP process_cpu_seconds_total Processor time used.
        # TYPE process_cpu_seconds_total counter
        process_cpu_seconds_total {Environment.CpuUsage.TotalTime.TotalSeconds}

        """);

    private byte[] Respond(string requestLine)
    {
        var parts = requestLine.Split(' ');
        var target = parts.Length == 3 ? parts[1].Split('?', 2) : [""];
        if (target[0] is not ("/healthz" or "/metrics" or "/sick"))
        {
            Interlocked.Increment(ref _requests);
        }

        var (status, body) = parts switch
        {
            ["GET" or "HEAD", _, _] when target[0] is "/" => ("200 OK", $"Hello from {name}, pid {Environment.ProcessId}, port {Port}\n"),
            ["GET" or "HEAD", _, _] when target[0] is "/healthz" => _sick ? ("503 Service Unavailable", "sick\n") : ("200 OK", "ok\n"),
            ["GET" or "HEAD", _, _] when target[0] is "/metrics" => ("200 OK", Figures()),
            ["GET" or "HEAD", _, _] when target[0] is "/work" => Work(target.ElementAtOrDefault(1)),
            ["GET" or "HEAD", _, _] => ("404 Not Found", "not found\n"),
            ["POST", _, _] when target[0] is "/sick" => FallSick(),
            [_, _, _] => ("405 Method Not Allowed", "GET only\n"),
            _ => ("400 Bad Request", "bad request\n"),
        };
        var length = Encoding.UTF8.GetByteCount(body);
        var sent = requestLine.StartsWith("HEAD ", StringComparison.Ordinal) ? "" : body;
        return Encoding.UTF8.GetBytes(
            $"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{sent}");
    }
}
