using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Settings;

namespace Muster.Simulators.Triton;

/// <summary>A CloudAPI on this machine: the real protocol over a real socket, and machines that are records.</summary>
public sealed class TritonSimulator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly CancellationTokenSource _stopping;
    private int _disposed;

    private TritonSimulator(WebApplication app, TritonServer server, MachinePark machines, CancellationTokenSource stopping)
    {
        (_app, Server, Machines, _stopping) = (app, server, machines, stopping);
        Url = new Uri(app.Urls.First());
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>The machines.</summary>
    public MachinePark Machines { get; }

    /// <summary>Requests by what they ask, such as <c>POST machines</c>, and by status.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => Server.Calls;

    private TritonServer Server { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<TritonSimulator> StartAsync(TritonSimulatorOptions options, TimeProvider timeProvider)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls($"http://127.0.0.1:{options.Port}");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var stopping = new CancellationTokenSource();
        var machines = new MachinePark(options, timeProvider, stopping.Token);
        var server = new TritonServer(options, machines, timeProvider, stopping.Token);
        app.UseWebSockets();
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        return new(app, server, machines, stopping);
    }

    /// <summary>Adds an account.</summary>
    public SimulatedAccount AddAccount(string login)
    {
        var account = new SimulatedAccount { Id = Machines.NewId(), Login = login };
        return Server.Accounts.TryAdd(login, account)
            ? account
            : throw new ArgumentException($"there is an account {login} already", nameof(login));
    }

    /// <summary>Ends it; a second time does nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }
}
