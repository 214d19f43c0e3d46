namespace Muster.Simulators.Ec2.Identity;

/// <summary>An access key of the simulated account.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Secret">What signs.</param>
/// <param name="Arn">Whose it is.</param>
/// <param name="Token">What must go along with a temporary one; null for one that lasts.</param>
public sealed record SimulatedAwsKey(string Id, string Secret, string Arn, string? Token = null)
{
    /// <summary>Whether it has ended.</summary>
    public bool IsExpired { get; set; }
}
