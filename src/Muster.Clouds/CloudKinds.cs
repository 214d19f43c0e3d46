using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Clouds.Docker;
using Muster.Clouds.Exec;
using Muster.Clouds.Kit;
using Muster.Clouds.Local;
using Muster.Clouds.Lxd;
using Muster.Clouds.Triton;
using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds;

/// <summary>The kinds of clouds Muster knows. A new kind is a new folder and one line here.</summary>
public static class CloudKinds
{
    private static readonly FrozenDictionary<string, Func<CloudSetup, ICloud>> Openers =
        new Dictionary<string, Func<CloudSetup, ICloud>>
        {
            ["docker"] = DockerKind.Open,
            ["exec"] = ExecKind.Open,
            ["local"] = LocalKind.Open,
            ["lxd"] = LxdKind.Open,
            ["triton"] = TritonKind.Open,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Action<CloudSetup>> Checkers =
        new Dictionary<string, Action<CloudSetup>>
        {
            ["docker"] = setup => DockerKind.Read(setup),
            ["exec"] = setup => ExecKind.Read(setup),
            ["local"] = setup => LocalKind.Read(setup),
            ["lxd"] = setup => LxdKind.Read(setup),
            ["triton"] = TritonKind.Check,
        }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Every kind's name, sorted.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Openers.Keys.Order(StringComparer.Ordinal)];

    /// <summary>Opens a cloud that is spoken to as each account; null when it has one credential for all, or no such kind is known.</summary>
    /// <exception cref="InputException">An option is wrong.</exception>
    public static ICloudByAccount? OpenByAccount(string kind, CloudSetup setup) => kind == "triton" ? TritonKind.OpenByAccount(setup) : null;

    /// <summary>What is wrong with a cloud's options, and with the files that they name. Nothing is started, called or written.</summary>
    /// <returns>Each wrong option by its name alone; none when the cloud can be opened as far as this machine can tell.</returns>
    public static ImmutableArray<InputError> Check(string kind, CloudSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        try
        {
            Checkers[kind](setup);
            return [];
        }
        catch (InputException error)
        {
            var prefix = $"clouds.{setup.Name}.";
            return [.. error.Errors.Select(wrong => wrong with
            {
                Field = wrong.Field.StartsWith(prefix, StringComparison.Ordinal) ? wrong.Field[prefix.Length..] : wrong.Field,
            })];
        }
    }

    /// <summary>
    /// Whether whoever may launch on it can do what the server's own user can, other accounts' groups included. Such a cloud is for the accounts
    /// that its configuration names.
    /// </summary>
    public static bool IsTheServersOwn(string kind) => kind == "local";

    /// <summary>Opens a cloud.</summary>
    /// <exception cref="InputException">There is no such kind, or an option is wrong.</exception>
    /// <exception cref="CloudException">It cannot be opened.</exception>
    public static ICloud Open(string kind, CloudSetup setup) =>
        Openers.TryGetValue(kind, out var open)
            ? open(setup)
            : throw new InputException($"clouds.{setup.Name}.kind", kind, $"one of {string.Join(", ", Names)}");
}
