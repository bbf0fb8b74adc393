using System.Formats.Asn1;
using System.Numerics;

namespace Pulse.Certs;

/// <summary>One subtree of names (RFC 5280 §4.2.1.10).</summary>
internal sealed class NameConstraint
{
    private readonly GeneralName _base;
    private readonly IReadOnlyList<string> _directory;

    private NameConstraint(GeneralName baseName)
    {
        _base = baseName;
        _directory = baseName.Form == GeneralNameForm.Directory ? DistinguishedName.Read(baseName.Value) : [];
    }

    public GeneralNameForm Form => _base.Form;

    /// <exception cref="AsnContentException">The constraint is not written as its form asks.</exception>
    public static NameConstraint Create(GeneralName baseName) =>
        IsWellFormed(baseName) ? new NameConstraint(baseName) : throw new AsnContentException("A name constraint is not of its form.");

    /// <summary>Whether names of the form can be judged; where they cannot, a constraint on them refuses every such name.</summary>
    public static bool IsSupported(GeneralNameForm form) =>
        form is GeneralNameForm.Email or GeneralNameForm.Dns or GeneralNameForm.Uri or GeneralNameForm.Address or GeneralNameForm.Directory;

    /// <summary>Whether the whole of the name, a wildcard with all it stands for, is inside the subtree.</summary>
    public bool Permits(SubjectName name) => Form switch
    {
        GeneralNameForm.Dns => IsHostWithin(NameSyntax.IsWildcard(name.Text) ? name.Text.AsSpan(2) : name.Text, _base.Text),
        _ => Holds(name),
    };

    /// <summary>Whether any part of the name is inside the subtree.</summary>
    public bool Excludes(SubjectName name)
    {
        if (Form != GeneralNameForm.Dns || !NameSyntax.IsWildcard(name.Text))
        {
            return Holds(name);
        }

        // *.example.com stands for one label more than example.com: inside a subtree at or above that, or exactly at one just below
        // (CVE-2025-61727).
        var suffix = name.Text.AsSpan(2);
        var parent = _base.Text.AsSpan(_base.Text.IndexOf('.', StringComparison.Ordinal) + 1);
        return IsHostWithin(suffix, _base.Text) || parent.Equals(suffix, StringComparison.OrdinalIgnoreCase);
    }

    private bool Holds(SubjectName name) => Form switch
    {
        GeneralNameForm.Dns => IsHostWithin(name.Text, _base.Text),
        GeneralNameForm.Email => HoldsMailbox(name.Text),
        GeneralNameForm.Uri => HoldsHost(name.Host),
        GeneralNameForm.Address => HoldsAddress(name.Value.Span),
        _ => HoldsDirectory(name.Directory),
    };

    private bool HoldsMailbox(string mailbox)
    {
        var at = NameSyntax.SplitMailbox(mailbox);
        var wanted = NameSyntax.SplitMailbox(_base.Text);
        if (wanted < 0)
        {
            return HoldsHost(mailbox.AsSpan(at + 1));
        }

        // Host names have no case; what stands before the @ is its owner's (RFC 5321 §2.4).
        return mailbox.AsSpan(at).Equals(_base.Text.AsSpan(wanted), StringComparison.OrdinalIgnoreCase)
            && mailbox.AsSpan(0, at).SequenceEqual(_base.Text.AsSpan(0, wanted));
    }

    /// <summary>For mailboxes and URIs: a host is that host alone, a leading dot is everything below.</summary>
    private bool HoldsHost(ReadOnlySpan<char> host) => _base.Text.StartsWith('.')
        ? host.EndsWith(_base.Text, StringComparison.OrdinalIgnoreCase)
        : host.Equals(_base.Text, StringComparison.OrdinalIgnoreCase);

    private bool HoldsAddress(ReadOnlySpan<byte> address)
    {
        var network = _base.Value.Span[..(_base.Value.Length / 2)];
        var mask = _base.Value.Span[network.Length..];
        if (address.Length != network.Length)
        {
            return false;
        }

        for (var i = 0; i < address.Length; i++)
        {
            if (((address[i] ^ network[i]) & mask[i]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool HoldsDirectory(IReadOnlyList<string> directory)
    {
        if (directory.Count < _directory.Count)
        {
            return false;
        }

        for (var i = 0; i < _directory.Count; i++)
        {
            if (directory[i] != _directory[i])
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>For host names: the host itself or anything below it; the empty constraint is every host.</summary>
    private static bool IsHostWithin(ReadOnlySpan<char> host, ReadOnlySpan<char> subtree)
    {
        if (subtree.IsEmpty || host.Equals(subtree, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        return host.Length > subtree.Length
            && host[^(subtree.Length + 1)] == '.'
            && host.EndsWith(subtree, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsWellFormed(GeneralName name) => name.Form switch
    {
        GeneralNameForm.Dns => name.Text.Length == 0 || NameSyntax.IsHost(name.Text),
        GeneralNameForm.Email => NameSyntax.SplitMailbox(name.Text) > 0 || IsHostOrBelow(name.Text),
        GeneralNameForm.Uri => IsHostOrBelow(name.Text),
        GeneralNameForm.Address => IsNetwork(name.Value.Span),
        _ => true,
    };

    private static bool IsHostOrBelow(string text) => NameSyntax.IsHost(text.StartsWith('.') ? text.AsSpan(1) : text);

    /// <summary>An address and a mask of leading ones, as in RFC 4632.</summary>
    private static bool IsNetwork(ReadOnlySpan<byte> value)
    {
        if (value.Length is not (8 or 32))
        {
            return false;
        }

        var mask = new BigInteger(value[(value.Length / 2)..], isUnsigned: true, isBigEndian: true);
        var hosts = (BigInteger.One << (value.Length * 4)) - 1 - mask;
        return (hosts & (hosts + 1)).IsZero;
    }
}
