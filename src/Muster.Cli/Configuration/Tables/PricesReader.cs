using Muster.Cli.Exits;
using Muster.Cli.Toml;
using Muster.Core.Prices;

namespace Muster.Cli.Configuration.Tables;

/// <summary>Reads <c>[prices]</c> and <c>[[price]]</c>, in the configuration and in a file that holds nothing else.</summary>
internal static class PricesReader
{
    private const string Key = "price";

    /// <summary>Reads what the configuration says, and the file that it names.</summary>
    /// <exception cref="CliException">Something in the file is wrong, or it cannot be read: a line for each error.</exception>
    public static void Read(TomlFields root, MusterConfig config, string directory)
    {
        var prices = config.Prices;
        var clouds = CloudsOf(config);
        prices.Fixed = ReadPrices(root, clouds, before: []);
        var fields = root.Table("prices");
        prices.File = ConfigPath.Full(directory, fields.Text("file"));
        fields.RefuseOthers();
        if (prices.File is not { } file)
        {
            prices.Book = PriceBook.Of([.. prices.Fixed]);
            return;
        }

        prices.FileText = TomlFile.ReadText(file);
        prices.Book = ParseFile(file, prices.FileText, prices.Fixed, clouds);
    }

    /// <summary>The names of the clouds that a price can be for.</summary>
    public static IReadOnlyCollection<string> CloudsOf(MusterConfig config) => [.. config.Clouds.Select(cloud => cloud.Name)];

    /// <summary>The prices of a file, with those that the configuration has itself.</summary>
    /// <exception cref="CliException">Something in it is wrong: a line for each error.</exception>
    public static PriceBook ParseFile(string path, string text, IReadOnlyList<Price> before, IReadOnlyCollection<string> clouds)
    {
        var errors = new List<TomlError>();
        var root = new TomlFields(TomlFile.Parse(path, text), "", errors);
        var prices = ReadPrices(root, clouds, before);
        root.RefuseOthers();
        TomlErrors.ThrowIfAny(path, errors);
        return PriceBook.Of([.. before, .. prices]);
    }

    private static List<Price> ReadPrices(TomlFields root, IReadOnlyCollection<string> clouds, IReadOnlyList<Price> before)
    {
        var (prices, all) = (new List<Price>(), new List<Price>(before));
        var scopes = before.Select(price => price.Scope).ToHashSet();
        foreach (var fields in root.Tables(Key))
        {
            var amount = fields.Rate("amount", 0, (double)PriceRules.AmountMax);
            var price = new Price
            {
                Cloud = fields.RequiredText("cloud", "the name of a [[cloud]]"),
                Zone = fields.Text("zone"),
                Size = fields.Text("size"),
                IsInterruptible = fields.Flag("interruptible"),
                Amount = (decimal)(amount ?? 0),
                Currency = fields.RequiredText("currency", "three capital letters, such as \"EUR\""),
            };
            if (!fields.Has("amount"))
            {
                fields.Refuse("amount", PriceRules.AmountRule);
            }

            fields.RefuseOthers();
            if (fields.Has("cloud") && fields.Has("currency") && IsRight(fields, price, clouds, all, scopes))
            {
                prices.Add(price);
                all.Add(price);
            }
        }

        return prices;
    }

    private static bool IsRight(
        TomlFields fields, Price price, IReadOnlyCollection<string> clouds, List<Price> before, HashSet<PriceScope> scopes)
    {
        if (!clouds.Contains(price.Cloud))
        {
            fields.Refuse("cloud", $"the name of a [[cloud]]: {string.Join(", ", clouds)}");
            return false;
        }

        var errors = PriceRules.Check(price, before);
        foreach (var error in errors)
        {
            fields.Refuse(error.Field, error.Allowed);
        }

        if (errors.IsEmpty && !scopes.Add(price.Scope))
        {
            fields.Refuse("cloud", $"one price for the same: there is one for {price.Scope} already");
            return false;
        }

        return errors.IsEmpty;
    }
}
