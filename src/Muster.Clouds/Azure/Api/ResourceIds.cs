using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Muster.Clouds.Azure.Api;

/// <summary>Ids of resources: <c>/subscriptions/S/resourceGroups/G/providers/Microsoft.Network/virtualNetworks/V/subnets/N</c>.</summary>
internal static partial class ResourceIds
{
    /// <summary>A subnet.</summary>
    public const string Subnet = "Microsoft.Network/virtualNetworks/subnets";

    /// <summary>A network security group.</summary>
    public const string SecurityGroup = "Microsoft.Network/networkSecurityGroups";

    /// <summary>A backend pool of a load balancer.</summary>
    public const string BackendPool = "Microsoft.Network/loadBalancers/backendAddressPools";

    /// <summary>An identity that can be given to instances.</summary>
    public const string Identity = "Microsoft.ManagedIdentity/userAssignedIdentities";

    /// <summary>The id of a resource, by its names.</summary>
    /// <param name="groupScope">Its resource group.</param>
    /// <param name="type">Its type.</param>
    /// <param name="names">A name for each part of the type.</param>
    public static string Of(string groupScope, string type, params string[] names)
    {
        var parts = type.Split('/');
        return $"{groupScope}/providers/{parts[0]}/{string.Join('/', parts.Skip(1).Zip(names, (kind, name) => $"{kind}/{name}"))}";
    }

    /// <summary>Reads an id, or the names of a resource in the own group.</summary>
    /// <param name="text">The id, or names with slashes between.</param>
    /// <param name="type">The type that it must have.</param>
    /// <param name="groupScope">The own group.</param>
    /// <param name="id">The id.</param>
    public static bool TryRead(string text, string type, string groupScope, [NotNullWhen(true)] out string? id)
    {
        id = null;
        if (text.StartsWith('/'))
        {
            id = IsOf(text, type) ? text : null;
            return id is not null;
        }

        var names = text.Split('/');
        if (names.Length == type.Count(c => c == '/') && names.All(name => Name().IsMatch(name)))
        {
            id = Of(groupScope, type, names);
        }

        return id is not null;
    }

    /// <summary>Whether it is an id of that type; neither case nor blanks may make it a part of another path.</summary>
    public static bool IsOf(string id, string type)
    {
        if (!Whole().IsMatch(id))
        {
            return false;
        }

        var parts = id.Split('/');
        var kinds = parts[6].ToLowerInvariant() + string.Concat(
            parts.Skip(7).Where((_, index) => index % 2 == 0).Select(kind => $"/{kind}"));
        return parts.Length == 7 + (2 * type.Count(c => c == '/')) && kinds.Equals(type, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether it has the form of any resource's id.</summary>
    public static bool IsAny(string id) => Whole().IsMatch(id);

    /// <summary>The last name of an id.</summary>
    public static string LastName(string id) => id[(id.LastIndexOf('/') + 1)..];

    // Names of Azure's resource-name-rules: letters, digits, and . _ - ( ), which only resource groups have.
    [GeneratedRegex(
        @"\A/subscriptions/[A-Za-z0-9-]{1,64}/resourceGroups/[\w.()-]{1,90}/providers/[A-Za-z0-9.]{1,64}"
            + @"(/[\w-]{1,64}/[\w.()-]{1,80})+\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Whole();

    [GeneratedRegex(@"\A[A-Za-z0-9_][\w.-]{0,79}\z")]
    private static partial Regex Name();
}
