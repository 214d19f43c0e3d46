using Muster.Clouds.Vsphere.Wire;
using Muster.Core.Clouds;

namespace Muster.Clouds.Vsphere.Api;

/// <summary>Waits until a task of vCenter's has ended.</summary>
internal sealed class TaskWaiter(VsphereApi api)
{
    private const string State = "info.state", Error = "info.error", Result = "info.result";

    /// <summary>Waits.</summary>
    /// <param name="task">For which.</param>
    /// <param name="patience">How long at most; null for as long as it takes.</param>
    /// <param name="cancellationToken">Gives up; the task goes on.</param>
    /// <returns>How it ended; null where it had not after that time.</returns>
    /// <exception cref="CloudException">vCenter cannot be asked, or knows the task no more.</exception>
    public async Task<TaskEnd?> WaitAsync(MoRef task, TimeSpan? patience, CancellationToken cancellationToken)
    {
        using var expiry = patience is { } most ? new CancellationTokenSource(most, api.Time) : new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(expiry.Token, cancellationToken);
        try
        {
            return await WaitAsync(task, both.Token);
        }
        catch (OperationCanceledException) when (expiry.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<TaskEnd> WaitAsync(MoRef task, CancellationToken cancellationToken)
    {
        // A renewed session has none of the old one's collectors.
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                var query = PropertyQuery.Of(task, State, Error, Result);
                await using var changes = await ChangeStream.OpenAsync(api, query, cancellationToken);
                return await WaitAsync(changes, cancellationToken);
            }
            catch (CloudException error) when (isFirst && IsAboutCollector(error))
            {
                CallPace.Survived(error);
            }
        }
    }

    private static async Task<TaskEnd> WaitAsync(ChangeStream changes, CancellationToken cancellationToken)
    {
        MoRef? result = null;
        SoapFault? fault = null;
        while (true)
        {
            foreach (var change in await changes.NextAsync(cancellationToken))
            {
                result = change.Object.RefOf(Result) ?? result;
                fault = change.Object.Properties.TryGetValue(Error, out var error) && !error.Children.IsEmpty ? SoapFault.Of(error) : fault;
                switch (change.Object.Text(State))
                {
                    case "success":
                        return new(result, Fault: null);
                    case "error":
                        return new(null, fault ?? new SoapFault("", "the task failed, and does not say why", null));
                }

                if (change.IsGone)
                {
                    throw new CloudException(CloudErrorKind.Unavailable, "vsphere: the task is gone, and how it ended is not known");
                }
            }
        }
    }

    private static bool IsAboutCollector(CloudException error) =>
        VsphereErrors.FaultOf(error) is { Type: "ManagedObjectNotFound", Detail: { } detail }
        && detail.RefOf("obj")?.Type is "PropertyCollector";
}
