using System.Collections.Immutable;

namespace Muster.Simulators.OpenStack;

/// <summary>A user of the simulated cloud, or one of the user's application credentials.</summary>
/// <param name="Name">The user's name, or the application credential's id.</param>
/// <param name="Secret">The password, or the application credential's secret.</param>
/// <param name="Roles">
/// The roles in the project: <c>member</c> may make servers, <c>reader</c> may look, <c>admin</c> goes by no lock.
/// </param>
public sealed record SimulatedUser(string Name, string Secret, ImmutableArray<string> Roles)
{
    /// <summary>Whether it may change anything.</summary>
    internal bool MayChange => Roles.Contains("member") || Roles.Contains("admin");

    /// <summary>A record prints its members, and this one must not.</summary>
    public override string ToString() => Name;
}
