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
        var book = ReadPrices(root, clouds, before: []);
        prices.Fixed = [.. book.Said];
        var fields = root.Table("prices");
        prices.File = ConfigPath.Full(directory, fields.Text("file"));
        fields.RefuseOthers();
        if (prices.File is not { } file)
        {
            prices.Book = book;
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
        var book = ReadPrices(root, clouds, before);
        root.RefuseOthers();
        TomlErrors.ThrowIfAny(path, errors);
        return book;
    }

    /// <summary>The prices of some tables with those before them, which are right; without what is wrong, which is noted.</summary>
    private static PriceBook ReadPrices(TomlFields root, IReadOnlyCollection<string> clouds, IReadOnlyList<Price> before)
    {
        var (prices, tables) = (new List<Price>(before), new List<TomlFields>());
        foreach (var fields in root.Tables(Key))
        {
            if (ReadPrice(fields, clouds) is { } price)
            {
                prices.Add(price);
                tables.Add(fields);
            }
        }

        return PriceBook.OfRight(
            [.. prices],
            (index, error) =>
            {
                var fields = tables[index - before.Count];
                if (error.Field == PriceRules.Whole)
                {
                    fields.Refuse("cloud", $"{error.Allowed}: {error.Value}");
                }
                else
                {
                    fields.Refuse(error.Field, error.Allowed);
                }
            });
    }

    /// <summary>One table; null where it does not say whose price it is, or in which currency.</summary>
    private static Price? ReadPrice(TomlFields fields, IReadOnlyCollection<string> clouds)
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
        if (!fields.Has("cloud") || !fields.Has("currency"))
        {
            return null;
        }

        if (!clouds.Contains(price.Cloud))
        {
            fields.Refuse("cloud", $"the name of a [[cloud]]: {string.Join(", ", clouds)}");
            return null;
        }

        return price;
    }
}
