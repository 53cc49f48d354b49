namespace Lateen.Engine.Http2;

/// <summary>
/// What a first look at an entry of a compression table found: that it is a lawful field, and which. A reference to a marked entry costs
/// one copy and no second look.
/// </summary>
internal enum FieldMark : byte
{
    /// <summary>Not looked at, or not fit to be taken unseen.</summary>
    Unknown,

    /// <summary>A field that is passed on as it is.</summary>
    Ordinary,

    /// <summary>A cookie crumb of a request.</summary>
    Cookie,

    Method,
    Scheme,
    Authority,
    Path,
    Protocol,
    Status,
}
