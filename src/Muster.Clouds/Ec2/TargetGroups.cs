using System.Collections.Concurrent;
using System.Text.RegularExpressions;

using Muster.Core.Clouds;
using Muster.Core.Traffic;
using Muster.Outbound;

namespace Muster.Clouds.Ec2;

/// <summary>The target groups that Muster's groups name, each looked up once.</summary>
/// <param name="api">Makes the calls.</param>
/// <param name="region">The cloud's region.</param>
internal sealed partial class TargetGroups(BalancingApi api, string region)
{
    private readonly ConcurrentDictionary<string, TargetGroup> _found = new(StringComparer.Ordinal);

    /// <summary>The target group that a group names.</summary>
    /// <exception cref="CloudException">
    /// There is none, or none whose targets are instances (<see cref="CloudErrorKind.InvalidRequest"/>); or nobody answers.
    /// </exception>
    public async Task<TargetGroup> FindAsync(TrafficScope scope, CancellationToken cancellationToken)
    {
        var name = scope.Use.Backend
            ?? throw Refused($"group {scope.Name} names no target group for {scope.Use.Source}");
        if (_found.TryGetValue(name, out var known))
        {
            return known;
        }

        var arn = Arn().Match(name);
        if (!arn.Success && !Name().IsMatch(name))
        {
            throw Refused(
                $"'{ForeignText.Shown(name)}' is neither a target group's name, of up to 32 letters, digits and hyphens, nor its ARN");
        }

        if (arn.Success && arn.Groups["region"].Value != region)
        {
            throw Refused($"the target group {name} is in another region than the cloud, which is in {region}");
        }

        var found = await api.FindAsync(name, arn.Success, cancellationToken)
            ?? throw Refused($"there is no target group {name} in {region}");
        return found.Type is "instance"
            ? _found[name] = found
            : throw Refused(
                $"the target group {name} is of type {ForeignText.Shown(found.Type)}: only those of type instance are served");
    }

    /// <summary>Forgets what was found, since it is not so any more: a target group of the same name has another ARN.</summary>
    public void Forget(TrafficScope scope) => _found.TryRemove(scope.Use.Backend ?? "", out _);

    private static CloudException Refused(string why) => new(CloudErrorKind.InvalidRequest, why);

    [GeneratedRegex(@"\A[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])?\z")]
    private static partial Regex Name();

    [GeneratedRegex(
        @"\Aarn:aws[a-z-]{0,20}:elasticloadbalancing:(?<region>[a-z0-9-]{1,32}):[0-9]{12}:targetgroup/[A-Za-z0-9-]{1,32}/[0-9a-f]{8,32}\z")]
    private static partial Regex Arn();
}
