using System.Diagnostics;
using System.Globalization;
using System.Net;

using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Muster.Bench;

/// <summary>
/// A web server that answers probes, as a process of its own: this program, started with <see cref="Word"/>. It answers on every address of
/// 127.0.0.0/8, so that each instance has one.
/// </summary>
internal sealed class ProbedProcess : IAsyncDisposable
{
    /// <summary>The argument that makes this program one.</summary>
    public const string Word = "probed-server";

    private readonly Process _process;

    private ProbedProcess(Process process, int port) => (_process, Port) = (process, port);

    public int Port { get; }

    public static async Task<ProbedProcess> StartAsync()
    {
        string[] arguments = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
            ? [typeof(ProbedProcess).Assembly.Location, Word]
            : [Word];
        var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var port = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the server did not start");
        return new(process, int.Parse(port, CultureInfo.InvariantCulture));
    }

    /// <summary>How many requests it has had, and over how many connections.</summary>
    public async Task<(long Requests, long Connections)> CountAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        await _process.StandardInput.FlushAsync();
        var counts = (await _process.StandardOutput.ReadLineAsync())!.Split(' ');
        return (long.Parse(counts[0], CultureInfo.InvariantCulture), long.Parse(counts[1], CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>What the started process does: says its port, then after every line what it counted, until there are no more.</summary>
    public static async Task ServeAsync()
    {
        var (requests, connections) = (0L, 0L);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Any, port: 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.Use(next => connection =>
            {
                Interlocked.Increment(ref connections);
                return next(connection);
            });
        }));
        await using var app = builder.Build();
        app.Run(context =>
        {
            Interlocked.Increment(ref requests);
            return context.Response.WriteAsync("ok");
        });
        await app.StartAsync();
        Console.WriteLine(new Uri(app.Urls.First()).Port);
        while (Console.ReadLine() is not null)
        {
            Console.WriteLine($"{Interlocked.Read(ref requests)} {Interlocked.Read(ref connections)}");
        }
    }
}
