using Signalbox.Core.Events;

namespace Signalbox.Api.Dialects;

/// <summary>
/// Reads <c>payload</c>: what the canonical event has a place for goes there, everything else becomes a property. Where two spellings of
/// one field are given, the first one counts and the other stays a property.
/// </summary>
internal static class CommerceFields
{
    private const int MaxIdLength = 256;
    private const int MaxTextLength = 1024;
    private const int CurrencyLength = 3;
    private const string WantsNumber = "expected a number";

    public static readonly FieldNames Names = FieldNames.Of<Field>("payload.");

    private static readonly FieldNames ItemNames = FieldNames.Of<ItemField>("payload.items[].");

    private enum Field
    {
        Value, Currency, TransactionId, OrderId, Items, Contents, Products, ContentIds, ContentType, ContentName, ContentCategory, NumItems,
        SearchString, Query, Url, EventSourceUrl, Referrer,
    }

    private enum ItemField
    {
        Id, ProductId, Sku, ItemId, Name, ItemName, Price, ItemPrice, Quantity, Category, ItemCategory, Brand, ItemBrand,
    }

    /// <param name="input">Inside the object.</param>
    /// <param name="addresses">Where a page and a referrer are put that were not given beside the payload.</param>
    /// <returns>Names of the members that became properties; null when there are none or there was a fault.</returns>
    public static IReadOnlySet<string>? Read(ref JsonInput input, ConversionEvent e, ref PageAddresses addresses, ref Properties properties)
    {
        var members = new JsonInput.Members(Names);
        List<string>? contentIds = null;
        while (members.Next(ref input, out var number, out _))
        {
            if (number < 0 || IsTaken((Field)number, e, addresses)) properties.Copy(ref input, Names.Prefix);
            else if ((Field)number == Field.ContentIds) ReadContentIds(ref input, contentIds = []);
            else Read(ref input, (Field)number, Names.PathOf(number), e, ref addresses);
        }
        if (contentIds is not null && e.Products.Count == 0) e.Products.AddRange(contentIds.Select(id => new Product(id)));
        return members.Others;
    }

    private static bool IsTaken(Field field, ConversionEvent e, PageAddresses addresses) => field switch
    {
        Field.TransactionId or Field.OrderId => e.OrderId is not null,
        Field.Items or Field.Contents or Field.Products => e.Products.Count > 0,
        Field.SearchString or Field.Query => e.SearchString is not null,
        Field.Url or Field.EventSourceUrl => addresses.InPayload is not null,
        _ => false,
    };

    private static bool Read(ref JsonInput input, Field field, string path, ConversionEvent e, ref PageAddresses addresses)
    {
        decimal? number;
        string? text;
        switch (field)
        {
            case Field.Value:
                if (!input.Number(path, WantsNumber, out number)) return false;
                e.Value = number;
                return true;
            case Field.NumItems:
                if (!input.Number(path, WantsNumber, out number)) return false;
                e.NumItems = Count(number, path, e);
                return true;
            case Field.Items or Field.Contents or Field.Products:
                return ReadItems(ref input, path, e);
            case Field.Url or Field.EventSourceUrl:
                if (!input.Text(path, PageAddresses.MaxLength, out text)) return false;
                addresses.InPayload = text;
                return true;
            case Field.Referrer:
                if (!input.Text(path, PageAddresses.MaxLength, out text)) return false;
                addresses.ReferrerInPayload = text;
                return true;
            case Field.TransactionId or Field.OrderId:
                if (!input.Id(path, MaxIdLength, out text)) return false;
                e.OrderId = text is null ? null : Scrubber.Id(text);
                return true;
        }
        if (!input.Id(path, MaxTextLength, out text) || text is null) return input.Fault is null;
        switch (field)
        {
            case Field.Currency: e.Currency = Currency(text, path, e); break;
            case Field.ContentType: e.ContentType = Scrubber.Text(text); break;
            case Field.ContentName: e.ContentName = Scrubber.Text(text); break;
            case Field.ContentCategory: e.ContentCategory = Scrubber.Text(text); break;
            case Field.SearchString or Field.Query: e.SearchString = Scrubber.Text(text); break;
        }
        return true;
    }

    private static string? Currency(string text, string path, ConversionEvent e)
    {
        var code = text.Trim();
        if (code.Length == CurrencyLength && code.All(char.IsAsciiLetter)) return code.ToUpperInvariant();
        e.Notes.Add($"{path} is no three-letter code and was left out");
        return null;
    }

    private static int? Count(decimal? number, string path, ConversionEvent e)
    {
        if (number is null) return null;
        if (number == decimal.Truncate(number.Value) && number is >= 0 and <= int.MaxValue) return (int)number;
        e.Notes.Add($"{path} is no count and was left out");
        return null;
    }

    private static bool ReadContentIds(ref JsonInput input, List<string> ids)
    {
        var path = Names.PathOf((int)Field.ContentIds);
        if (!input.EnterArray(path)) return false;
        while (input.Reader.Read() && input.Reader.TokenType != System.Text.Json.JsonTokenType.EndArray)
        {
            if (!input.CurrentId(path, MaxIdLength, out var id)) return false;
            if (id is not null) ids.Add(Scrubber.Id(id));
        }
        return true;
    }

    private static bool ReadItems(ref JsonInput input, string path, ConversionEvent e)
    {
        if (!input.EnterArray(path)) return false;
        var withoutId = 0;
        while (input.Reader.Read() && input.Reader.TokenType != System.Text.Json.JsonTokenType.EndArray)
        {
            Product? product;
            if (input.Reader.TokenType == System.Text.Json.JsonTokenType.StartObject)
            {
                if (!ReadItem(ref input, e, out product)) return false;
            }
            else
            {
                if (!input.CurrentId(path, MaxIdLength, out var id)) return false;
                product = id is null ? null : new Product(Scrubber.Id(id));
            }
            if (product is null) withoutId++;
            else e.Products.Add(product);
        }
        if (withoutId > 0) e.Notes.Add($"{withoutId} of {path} have no id and were left out");
        return true;
    }

    /// <param name="product">Null when it has no id.</param>
    private static bool ReadItem(ref JsonInput input, ConversionEvent e, out Product? product)
    {
        product = null;
        string? id = null, name = null, category = null, brand = null;
        decimal? price = null;
        int? quantity = null;
        var members = new JsonInput.Members(ItemNames);
        while (members.Next(ref input, out var number, out _))
        {
            if (number < 0)
            {
                input.Skip();
                continue;
            }
            var path = ItemNames.PathOf(number);
            var field = (ItemField)number;
            if (field is ItemField.Price or ItemField.ItemPrice or ItemField.Quantity)
            {
                if (!input.Number(path, WantsNumber, out var amount)) return false;
                if (field == ItemField.Quantity) quantity = Count(amount, path, e);
                else price ??= amount;
                continue;
            }
            if (!input.Id(path, MaxTextLength, out var text)) return false;
            if (text is null) continue;
            switch (field)
            {
                case ItemField.Name or ItemField.ItemName: name ??= Scrubber.Text(text); break;
                case ItemField.Category or ItemField.ItemCategory: category ??= Scrubber.Text(text); break;
                case ItemField.Brand or ItemField.ItemBrand: brand ??= Scrubber.Text(text); break;
                default: id ??= Scrubber.Id(text); break;
            }
        }
        if (id is not null) product = new Product(id, name, category, brand, price, quantity);
        return input.Fault is null;
    }
}

/// <summary>A page's address and its referrer, wherever an event gives them.</summary>
internal struct PageAddresses
{
    /// <summary>In characters.</summary>
    public const int MaxLength = 8192;

    public string? Beside;
    public string? InPayload;
    public string? Referrer;
    public string? ReferrerInPayload;

    public readonly string? Page => Beside ?? InPayload;

    public readonly string? ReferringPage => Referrer ?? ReferrerInPayload;
}
