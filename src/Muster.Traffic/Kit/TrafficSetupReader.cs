using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Options;
using Muster.Outbound;

namespace Muster.Traffic.Kit;

/// <summary>Reads the options of a source's configuration.</summary>
internal sealed class TrafficSetupReader : OptionReader
{
    private readonly ImmutableArray<InputError>.Builder _errors = ImmutableArray.CreateBuilder<InputError>();
    private readonly TrafficSetup _setup;

    /// <param name="setup">The source's.</param>
    /// <param name="known">The options that there are; others are refused.</param>
    public TrafficSetupReader(TrafficSetup setup, ImmutableArray<ConfigOption> known)
        : base(setup.Options, known)
    {
        _setup = setup;
        RefuseUnknown();
    }

    /// <inheritdoc/>
    public override void Refuse(string name, string? value, string allowed) =>
        _errors.Add(new InputError(_setup.FieldOf(name), value, allowed));

    /// <summary>A secret in a file of its own, which only its owner may read; null where none is named or it is wrong.</summary>
    public SecretText? Secret(ConfigOption<string?> option)
    {
        if (Read(option) is not { } path)
        {
            return null;
        }

        try
        {
            var secret = new SecretText(path);
            if (SecretFile.IsOpenToOthers(path))
            {
                Refuse(option.Name, path, $"a file that only its owner may read: chmod 600 {path}");
            }
            else if (secret.Read().Length == 0)
            {
                Refuse(option.Name, path, "a file that holds the secret and nothing else: this one is empty");
            }

            return secret;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Refuse(option.Name, path, $"a file that can be read ({error.Message})");
            return null;
        }
    }

    /// <summary>Ends the reading.</summary>
    /// <exception cref="InputException">At least one option was refused; names every one.</exception>
    public void ThrowIfWrong() => InputException.ThrowIfAny(_errors);
}
