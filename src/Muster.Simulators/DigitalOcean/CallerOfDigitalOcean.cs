using Muster.Simulators.Kit;

namespace Muster.Simulators.DigitalOcean;

/// <summary>A request with a token that is known.</summary>
/// <param name="Path">Below <c>/v2/</c>: <c>droplets/ID</c>.</param>
/// <param name="Scopes">What the token is allowed; null for everything.</param>
internal sealed record CallerOfDigitalOcean(string Path, IReadOnlyCollection<string>? Scopes) : Admitted(Path)
{
    /// <exception cref="DigitalOceanRefusal">The token is not allowed one of them.</exception>
    public void Need(params ReadOnlySpan<string> scopes)
    {
        foreach (var scope in scopes)
        {
            if (Scopes?.Contains(scope) is false)
            {
                throw new DigitalOceanRefusal(403, "forbidden", "You are not authorized to perform this operation");
            }
        }
    }
}
