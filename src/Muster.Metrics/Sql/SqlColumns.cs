using System.Globalization;

using Muster.Core.Metrics;
using Muster.Metrics.Kit;

using Npgsql;

namespace Muster.Metrics.Sql;

/// <summary>Which column of an answer says what.</summary>
/// <param name="Group">Of which group a row is; null for none.</param>
/// <param name="Instance">Of which instance; null for none.</param>
/// <param name="Value">The number.</param>
internal readonly record struct SqlColumns(int? Group, int? Instance, int Value)
{
    /// <summary>Looks at what came.</summary>
    /// <exception cref="MetricException">It has too many columns, or too few.</exception>
    public static SqlColumns Of(NpgsqlDataReader reader, bool hasGroup)
    {
        if (hasGroup && (reader.FieldCount is not (2 or 3) || reader.GetName(0) is not ("group_id" or "group_name")))
        {
            throw new MetricException(
                "a query for all groups has two or three columns: group_id or group_name, perhaps the instance, and the number");
        }

        return (reader.FieldCount - (hasGroup ? 1 : 0)) switch
        {
            1 => new(hasGroup ? 0 : null, null, reader.FieldCount - 1),
            2 => new(hasGroup ? 0 : null, reader.FieldCount - 2, reader.FieldCount - 1),
            _ => throw new MetricException(string.Create(
                CultureInfo.InvariantCulture, $"the query comes to {reader.FieldCount} columns: one number, or an instance and a number")),
        };
    }

    /// <summary>Reads a row.</summary>
    /// <exception cref="MetricException">What should be a number is none.</exception>
    public SqlRow Read(NpgsqlDataReader reader) =>
        new(
            Group is { } group ? TextOf(reader, group) : null,
            new(Number(reader), Instance is { } instance ? TextOf(reader, instance) : null));

    private static string TextOf(NpgsqlDataReader reader, int column) => reader.IsDBNull(column)
        ? throw new MetricException($"the column {Foreign.Words(reader.GetName(column))} is null in a row")
        : reader.GetValue(column) switch
        {
            string text => text,
            IFormattable value => value.ToString(null, CultureInfo.InvariantCulture),
            var value => value.ToString() ?? "",
        };

    private double Number(NpgsqlDataReader reader)
    {
        if (reader.IsDBNull(Value))
        {
            // As of sum() over no rows: there is none.
            return double.NaN;
        }

        switch (reader.GetDataTypeName(Value))
        {
            case "smallint":
                return reader.GetInt16(Value);
            case "integer":
                return reader.GetInt32(Value);
            case "bigint":
                return reader.GetInt64(Value);
            case "real":
                return reader.GetFloat(Value);
            case "double precision":
                return reader.GetDouble(Value);
            case "numeric":
                return NumericOf(reader);
            case var type:
                throw new MetricException(
                    $"the column {Foreign.Words(reader.GetName(Value))} is of type {Foreign.Words(type)}: a number is needed");
        }
    }

    private double NumericOf(NpgsqlDataReader reader)
    {
        try
        {
            return (double)reader.GetDecimal(Value);
        }
        catch (Exception error) when (error is OverflowException or InvalidCastException)
        {
            // 400 digits, NaN or infinity: more than the platform's decimals hold.
            return double.PositiveInfinity;
        }
    }
}
