using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Options;

namespace Muster.Clouds.Kit;

/// <summary>Reads the options of a cloud's configuration.</summary>
internal sealed class SetupReader : OptionReader
{
    private readonly ImmutableArray<InputError>.Builder _errors = ImmutableArray.CreateBuilder<InputError>();

    /// <param name="setup">The cloud's.</param>
    /// <param name="known">The options that there are; others are refused.</param>
    public SetupReader(CloudSetup setup, ImmutableArray<ConfigOption> known)
        : base(setup.Options, known)
    {
        Setup = setup;
        RefuseUnknown();
    }

    /// <summary>What is read.</summary>
    public CloudSetup Setup { get; }

    /// <summary>How many refusals there are.</summary>
    public int Refusals => _errors.Count;

    /// <inheritdoc/>
    public override void Refuse(string name, string? value, string allowed) => Refuse(new InputError(Setup.FieldOf(name), value, allowed));

    /// <summary>Notes what is wrong.</summary>
    public void Refuse(InputError error) => _errors.Add(error);

    /// <summary>Reads what may throw, as a file that an option names.</summary>
    /// <returns>Null where it was refused, which is noted.</returns>
    public T? Try<T>(Func<T> read) where T : class?
    {
        try
        {
            return read();
        }
        catch (InputException error)
        {
            _errors.AddRange(error.Errors);
            return null;
        }
    }

    /// <summary>Ends the reading.</summary>
    /// <exception cref="InputException">At least one option was refused; names every one.</exception>
    public void ThrowIfWrong() => InputException.ThrowIfAny(_errors);
}
