using System.Collections;
using System.Globalization;
using System.Reflection;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Parsing;

public class CanonicalSpecTests
{
    [Fact]
    public void Specs_that_are_equal_have_one_hash_and_others_another()
    {
        string hash = CanonicalSpec.Hash(Specs.Valid(Specs.B0));
        hash.ShouldMatch("^[0-9a-f]{64}$");
        CanonicalSpec.Hash(Specs.Valid(Specs.B0.Replace(" ", "\n"))).ShouldBe(hash);
        CanonicalSpec.Hash(Specs.Valid(Specs.Lite0)).ShouldNotBe(hash);
    }

    [Fact]
    public void The_text_does_not_depend_on_the_culture()
    {
        string expected = CanonicalSpec.Text(Specs.Valid(Specs.B0));
        CultureInfo before = CultureInfo.CurrentCulture;
        var strange = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        strange.NumberFormat.NumberDecimalSeparator = ",";
        strange.NumberFormat.NegativeSign = "~";
        try
        {
            CultureInfo.CurrentCulture = strange;
            CanonicalSpec.Text(Specs.Valid(Specs.B0)).ShouldBe(expected);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_line_end_in_a_label_cannot_imitate_another_spec()
    {
        ArchitectureSpec one = Specs.B0With("\"classes\": 1, \"labels\": [\"a\\\"\\nlabels.names[1]=\\\"b\"]");
        ArchitectureSpec two = Specs.B0With("\"classes\": 2, \"labels\": [\"a\", \"b\"]");
        CanonicalSpec.Text(one with { Classes = 2 }).ShouldNotBe(CanonicalSpec.Text(two));
    }

    /// <summary>A member added to the model and forgotten in the text would let two networks bear one hash.</summary>
    [Fact]
    public void Every_member_of_the_model_changes_the_hash()
    {
        ArchitectureSpec spec = Specs.B0With("\"classes\": 2, \"labels\": [\"a\", \"b\"]");
        string[] changed = Mutations(spec)
            .Where(mutation => mutation.Path != $"{nameof(ArchitectureSpec.SourceName)}.")
            .Select(mutation => CanonicalSpec.Hash((ArchitectureSpec)mutation.Value)).ToArray();
        changed.Length.ShouldBeGreaterThan(40);
        changed.ShouldNotContain(CanonicalSpec.Hash(spec));
        changed.Distinct().Count().ShouldBe(changed.Length);
    }

    /// <summary>The same object with one member, anywhere in its depth, changed.</summary>
    private static IEnumerable<(string Path, object Value)> Mutations(object value)
    {
        switch (value)
        {
            case string text: yield return ("", text + "x"); yield break;
            case int number: yield return ("", number + 1); yield break;
            case double number: yield return ("", number + 0.015625); yield break;
            case bool flag: yield return ("", !flag); yield break;
            case Enum choice:
                yield return ("", Enum.GetValues(choice.GetType()).Cast<object>().First(other => !other.Equals(choice)));
                yield break;
            case IEnumerable items:
                object[] all = items.Cast<object>().ToArray();
                for (int i = 0; i < all.Length; i++)
                {
                    foreach ((string path, object element) in Mutations(all[i]))
                    {
                        object[] copy = [.. all];
                        copy[i] = element;
                        yield return ($"[{i}]{path}", ToEquatable(value.GetType(), copy));
                    }
                }

                yield return ("[]", ToEquatable(value.GetType(), [.. all, .. all]));
                yield break;
        }

        foreach (PropertyInfo property in value.GetType().GetProperties())
        {
            object? member = property.GetValue(value);
            if (member is null) continue;
            foreach ((string path, object changed) in Mutations(member)) yield return ($"{property.Name}.{path}", With(value, property, changed));
            // What may be absent must differ, absent, from what it was.
            if (new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable) yield return (property.Name, With(value, property, null));
        }
    }

    private static object With(object record, PropertyInfo property, object? value)
    {
        object copy = record.GetType().GetMethod("<Clone>$")!.Invoke(record, null)!;
        property.SetValue(copy, value);
        return copy;
    }

    private static object ToEquatable(Type type, object[] items)
    {
        Array typed = Array.CreateInstance(type.GetGenericArguments()[0], items.Length);
        items.CopyTo(typed, 0);
        return typeof(EquatableArray).GetMethod(nameof(EquatableArray.ToEquatableArray))!
            .MakeGenericMethod(type.GetGenericArguments()).Invoke(null, [typed])!;
    }
}
