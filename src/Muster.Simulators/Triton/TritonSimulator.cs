using Muster.Simulators.Kit;
using Muster.Simulators.Triton.Identity;
using Muster.Simulators.Triton.Machines;
using Muster.Simulators.Triton.Settings;

namespace Muster.Simulators.Triton;

/// <summary>A CloudAPI on this machine: the real protocol over a real socket, and machines that are records.</summary>
public sealed class TritonSimulator : IAsyncDisposable
{
    private readonly SimulatorHost _host;

    private TritonSimulator(SimulatorHost host, TritonServer server, MachinePark machines) =>
        (_host, Server, Machines) = (host, server, machines);

    /// <summary>Where it listens.</summary>
    public Uri Url => _host.Url;

    /// <summary>The machines.</summary>
    public MachinePark Machines { get; }

    /// <summary>Requests by what they ask, such as <c>POST machines</c>, and by status.</summary>
    public IReadOnlyDictionary<(string Call, int Status), int> Calls => Server.Calls;

    private TritonServer Server { get; }

    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<TritonSimulator> StartAsync(TritonSimulatorOptions options, TimeProvider timeProvider)
    {
        ArgumentNullException.ThrowIfNull(options);
        MachinePark? machines = null;
        TritonServer? server = null;
        var host = await SimulatorHost.StartAsync(options.Port, certificate: null, stopping =>
        {
            machines = new(options, timeProvider, stopping);
            server = new(options, machines, timeProvider, stopping);
            return server.AnswerAsync;
        });
        return new(host, server!, machines!);
    }

    /// <summary>Adds an account.</summary>
    public SimulatedAccount AddAccount(string login)
    {
        var account = new SimulatedAccount { Id = Machines.NewGuid(), Login = login };
        return Server.Accounts.TryAdd(login, account)
            ? account
            : throw new ArgumentException($"there is an account {login} already", nameof(login));
    }

    /// <summary>Ends it; a second time does nothing.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
