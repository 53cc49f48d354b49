namespace Lateen.Engine.Http1;

/// <summary>How far a <see cref="HeadReader"/> came.</summary>
internal enum HeadStep : byte
{
    NeedMoreData,

    /// <summary>The start line is there.</summary>
    StartLine,

    /// <summary>Header lines were taken.</summary>
    Fields,

    /// <summary>The empty line behind the headers.</summary>
    End,

    /// <summary>A header line is wrong.</summary>
    BadField,

    /// <summary>A line does not end as it must, or the limit is reached.</summary>
    BadLine,
}
