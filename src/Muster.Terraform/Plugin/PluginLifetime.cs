using Microsoft.Extensions.Hosting;

namespace Muster.Terraform.Plugin;

/// <summary>When it is over: when Terraform says so, or when it is gone. Signals of the terminal say nothing.</summary>
internal sealed class PluginLifetime : IHostLifetime, IDisposable
{
    private readonly CancellationTokenSource _over = new();

    /// <summary>Cancelled when it is over.</summary>
    public CancellationToken Over => _over.Token;

    public void End() => _over.Cancel();

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _over.Dispose();
}
