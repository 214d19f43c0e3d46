using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Muster.Simulators.Consul.State;

/// <summary>Nodes, services and checks, and an index that grows with each change. Safe to share.</summary>
public sealed class ConsulCatalog : IAsyncDisposable
{
    /// <summary>The node of the agent.</summary>
    public const string AgentNode = "agent";

    private const string Maintenance = "_service_maintenance:";

    private readonly Lock _gate = new();
    private readonly Dictionary<(string Node, string Id), ConsulService> _services = [];
    private readonly Dictionary<(string Node, string Id), ConsulCheck> _checks = [];
    private readonly Dictionary<string, (CancellationTokenSource End, Task Running)> _making = [];
    private readonly List<Task> _ended = [];
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly TimeProvider _timeProvider;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _index = 1;

    internal ConsulCatalog(TimeProvider timeProvider)
    {
        _timeProvider = timeProvider;
        _checks[(AgentNode, "serfHealth")] = new(
            AgentNode, "serfHealth", "Serf Health Status", "passing", "", "", "Agent alive and reachable");
    }

    /// <summary>Every instance of every service.</summary>
    public IReadOnlyList<ConsulService> Services
    {
        get
        {
            lock (_gate)
            {
                return [.. _services.Values];
            }
        }
    }

    /// <summary>Every check.</summary>
    public IReadOnlyList<ConsulCheck> Checks
    {
        get
        {
            lock (_gate)
            {
                return [.. _checks.Values];
            }
        }
    }

    /// <summary>Sets what the agent's own check says of it.</summary>
    public void SetAgentStatus(string status) =>
        Change(() => _checks[(AgentNode, "serfHealth")] = _checks[(AgentNode, "serfHealth")] with { Status = status });

    /// <summary>The agent starts anew without its data.</summary>
    public void Forget()
    {
        foreach (var service in Services)
        {
            Deregister(service.Node, service.Id);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Forget();
        await Task.WhenAll(_ended);
        _http.Dispose();
    }

    internal bool Has(string node, string id)
    {
        lock (_gate)
        {
            return _services.ContainsKey((node, id));
        }
    }

    internal void Register(ConsulService service, IEnumerable<JsonObject> checks) => Change(() =>
    {
        _services[(service.Node, service.Id)] = service;
        foreach (var check in checks)
        {
            var id = check["CheckID"]?.GetValue<string>() ?? $"service:{service.Id}";
            var status = check["Status"]?.GetValue<string>() ?? "critical";
            _checks[(service.Node, id)] = new(
                service.Node, id, check["Name"]?.GetValue<string>() ?? $"Service '{service.Name}' check", status, service.Id, "", "");
            if (service.Node == AgentNode)
            {
                Make_NeedsGate(id, check);
            }
        }
    });

    internal void Put(ConsulCheck check) => Change(() => _checks[(check.Node, check.Id)] = check);

    internal void RemoveCheck(string node, string id) => Change(() => _checks.Remove((node, id)));

    /// <summary>False where there is no such service.</summary>
    internal bool Deregister(string node, string id)
    {
        var isThere = false;
        Change(() =>
        {
            isThere = _services.Remove((node, id));
            foreach (var check in _checks.Values.Where(check => check.Node == node && check.ServiceId == id).ToList())
            {
                _checks.Remove((node, check.Id));
                if (_making.Remove(check.Id, out var making))
                {
                    making.End.Cancel();
                    _ended.Add(making.Running);
                }
            }
        });
        return isThere;
    }

    internal void Maintain(string node, string id, bool isOn, string reason) => Change(() =>
    {
        if (isOn)
        {
            _checks[(node, Maintenance + id)] = new(
                node, Maintenance + id, "Service Maintenance Mode", "critical", id,
                reason.Length > 0 ? reason : "Maintenance mode is enabled for this service, but no reason was provided.", "");
        }
        else
        {
            _checks.Remove((node, Maintenance + id));
        }
    });

    /// <summary>The health of a service, and the index.</summary>
    internal (JsonArray Body, long Index) Health(string service)
    {
        lock (_gate)
        {
            return (
                [
                    .. _services.Values
                        .Where(one => one.Name == service)
                        .OrderBy(one => one.Id, StringComparer.Ordinal)
                        .Select(one => new JsonObject
                        {
                            ["Node"] = new JsonObject { ["Node"] = one.Node, ["Address"] = "127.0.0.1" },
                            ["Service"] = one.Show(),
                            [nameof(Checks)] = new JsonArray([.. ChecksOf_NeedsGate(one)]),
                        }),
                ],
                _index);
        }
    }

    /// <summary>Ends when the index is beyond one, or after a wait.</summary>
    internal async Task WaitAsync(long index, TimeSpan wait, CancellationToken cancellationToken)
    {
        Task news;
        lock (_gate)
        {
            if (_index > index)
            {
                return;
            }

            news = _news.Task;
        }

        try
        {
            await news.WaitAsync(wait, _timeProvider, cancellationToken);
        }
        catch (TimeoutException)
        {
            // As a real one, it answers with what is so.
        }
    }

    private IEnumerable<JsonObject> ChecksOf_NeedsGate(ConsulService service) => _checks.Values
        .Where(check => check.Node == service.Node && (check.ServiceId.Length == 0 || check.ServiceId == service.Id))
        .Select(check => check.Show());

    private void Change(Action change)
    {
        TaskCompletionSource news;
        lock (_gate)
        {
            change();
            _index++;
            news = _news;
            _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        news.SetResult();
    }

    private void Make_NeedsGate(string id, JsonObject check)
    {
        if (_making.Remove(id, out var before))
        {
            before.End.Cancel();
            _ended.Add(before.Running);
        }

        if (check["TCP"] is not null || check["HTTP"] is not null)
        {
            var end = new CancellationTokenSource();
            _making[id] = (end, MakeAsync(id, check, end.Token));
        }
    }

    private async Task MakeAsync(string id, JsonObject check, CancellationToken ended)
    {
        await Task.Yield();
        var seconds = int.Parse(check["Interval"]!.GetValue<string>().TrimEnd('s'), CultureInfo.InvariantCulture);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(seconds), _timeProvider);
        try
        {
            do
            {
                var (status, output) = await AskAsync(check, ended);
                Change(() =>
                {
                    if (_checks.TryGetValue((AgentNode, id), out var known))
                    {
                        _checks[(AgentNode, id)] = known with { Status = status, Output = output };
                    }
                });
            }
            while (await timer.WaitForNextTickAsync(ended));
        }
        catch (OperationCanceledException)
        {
            // The service is gone.
        }
    }

    private async Task<(string Status, string Output)> AskAsync(JsonObject check, CancellationToken cancellationToken)
    {
        try
        {
            if (check["HTTP"]?.GetValue<string>() is { } url)
            {
                using var answer = await _http.GetAsync(new Uri(url), cancellationToken);
                return ((int)answer.StatusCode is >= 200 and < 300 ? "passing" : "critical", $"HTTP GET {url}: {(int)answer.StatusCode}");
            }

            var end = IPEndPoint.Parse(check["TCP"]!.GetValue<string>());
            using var client = new TcpClient();
            await client.ConnectAsync(end, cancellationToken);
            return ("passing", $"TCP connect {end}: Success");
        }
        catch (Exception error) when (error is HttpRequestException or SocketException)
        {
            return ("critical", error.Message);
        }
    }
}
