namespace Muster.Core.Launching;

/// <summary>Gives new instances what they report their own health with.</summary>
public interface IReportPasses
{
    /// <summary>The pass of the instance that a launch makes: for one launch always the same.</summary>
    /// <param name="account">Whose.</param>
    /// <param name="group">Its group.</param>
    /// <param name="launch">Which launch.</param>
    /// <param name="launchedAt">When that was written down.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="Clouds.CloudException">There is none to be had: says why. Nothing was called.</exception>
    Task<ReportPass> MakeAsync(
        AccountId account, GroupId group, LaunchId launch, DateTimeOffset launchedAt, CancellationToken cancellationToken);
}
