using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

using Muster.Core.Clouds;

namespace Muster.Clouds.Ec2.Prices;

/// <summary>Walks through a price list token by token, and keeps what instance types cost an hour on demand.</summary>
/// <remarks>
/// <code>
/// products . SKU . attributes . { instanceType, operatingSystem, tenancy, ... }
/// terms . OnDemand . SKU . OFFER . priceDimensions . RATE . { unit: Hrs, pricePerUnit . { USD: 0.0108 } }
/// </code>
/// </remarks>
internal sealed class PriceWalk(string region, string system)
{
    /// <summary>Types whose prices are kept; Amazon has about a thousand.</summary>
    private const int TypesMax = 20_000;

    private static readonly string[] Names =
    [
        "productFamily", "instanceType", "operatingSystem", "tenancy", "preInstalledSw", "capacitystatus", "regionCode", "marketoption",
        "licenseModel",
    ];

    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, (decimal Amount, string Currency)> _prices = new(StringComparer.Ordinal);

    // Where the walk is.
    private Section _section;
    private string _name = "";
    private Product _product;
    private bool _isOnDemand;
    private string? _type;
    private bool _isHourly;
    private string _currency = "";
    private decimal? _amount;

    private enum Section
    {
        None,
        Products,
        Terms,
    }

    /// <summary>How many products were seen.</summary>
    public int Products { get; private set; }

    /// <summary>What was found.</summary>
    public ImmutableArray<CloudPrice> Prices =>
    [
        .. _prices.Select(price =>
            new CloudPrice(Zone: null, price.Key, IsInterruptible: false, price.Value.Amount, price.Value.Currency)),
    ];

    /// <summary>Takes one token.</summary>
    public void Take(ref Utf8JsonReader reader)
    {
        if (reader is { TokenType: JsonTokenType.PropertyName, CurrentDepth: 1 })
        {
            _section = reader.ValueTextEquals("products"u8) ? Section.Products
                : reader.ValueTextEquals("terms"u8) ? Section.Terms
                : Section.None;
            return;
        }

        switch (_section)
        {
            case Section.Products:
                TakeOfProduct(ref reader);
                break;
            case Section.Terms:
                TakeOfTerm(ref reader);
                break;
        }
    }

    private void TakeOfProduct(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType, reader.CurrentDepth)
        {
            case (JsonTokenType.PropertyName, 2):
                (_product, Products) = (new() { Sku = reader.GetString()!, Fits = true }, Products + 1);
                break;
            case (JsonTokenType.PropertyName, 3 or 4):
                _name = NameOf(ref reader);
                break;
            case (JsonTokenType.String, 3 or 4):
                Look(ref reader);
                break;
            case (JsonTokenType.EndObject, 2) when _product is { Fits: true, IsInstance: true, Type: { } type } && _types.Count < TypesMax:
                _types[_product.Sku] = type;
                break;
        }
    }

    /// <summary>The names that matter, without making a text of each of the others.</summary>
    private static string NameOf(ref Utf8JsonReader reader)
    {
        foreach (var name in Names)
        {
            if (reader.ValueTextEquals(name))
            {
                return name;
            }
        }

        return "";
    }

    private void Look(ref Utf8JsonReader reader)
    {
        var fits = _name switch
        {
            // "Compute Instance", and "Compute Instance (bare metal)".
            "productFamily" => _product.IsInstance = reader.GetString()!.StartsWith("Compute Instance", StringComparison.Ordinal),
            "instanceType" => (_product.Type = reader.GetString()) is { Length: > 0 },
            "operatingSystem" => reader.ValueTextEquals(system),
            "tenancy" => reader.ValueTextEquals("Shared"u8),
            "preInstalledSw" => reader.ValueTextEquals("NA"u8),
            "capacitystatus" => reader.ValueTextEquals("Used"u8),
            "regionCode" => reader.ValueTextEquals(region),
            "marketoption" => reader.ValueTextEquals("OnDemand"u8),
            "licenseModel" => !reader.ValueTextEquals("Bring your own license"u8),
            _ => true,
        };
        _product.Fits &= fits;
    }

    private void TakeOfTerm(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType, reader.CurrentDepth)
        {
            case (JsonTokenType.PropertyName, 2):
                _isOnDemand = reader.ValueTextEquals("OnDemand"u8);
                break;
            case (JsonTokenType.PropertyName, 3):
                _type = _isOnDemand ? _types.GetValueOrDefault(reader.GetString()!) : null;
                break;
            case (JsonTokenType.PropertyName, 6) when _type is not null:
                (_isHourly, _amount) = (false, null);
                break;
            case (JsonTokenType.PropertyName, 7) when _type is not null:
                _name = reader.ValueTextEquals("unit"u8) ? "unit" : "";
                break;
            case (JsonTokenType.String, 7) when _type is not null && _name is "unit":
                _isHourly = reader.ValueTextEquals("Hrs"u8);
                break;
            case (JsonTokenType.PropertyName, 8) when _type is not null:
                _currency = reader.GetString()!;
                break;
            case (JsonTokenType.String, 8) when _type is not null:
                _amount = decimal.TryParse(
                    reader.GetString(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount) ? amount : null;
                break;
            case (JsonTokenType.EndObject, 6) when _type is not null && _isHourly && _amount > 0:
                Keep(_type, _amount.Value);
                break;
        }
    }

    // Where a list has several, the dearest counts: a limit must not let through what costs more than it allows.
    private void Keep(string type, decimal amount)
    {
        if (!_prices.TryGetValue(type, out var known) || known.Amount < amount)
        {
            _prices[type] = (amount, _currency);
        }
    }

    /// <summary>A product, as far as it was read.</summary>
    private struct Product
    {
        public string Sku;
        public string? Type;
        public bool IsInstance;
        public bool Fits;
    }
}
