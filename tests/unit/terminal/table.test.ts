import { expect, test } from 'vitest';
import { type Column, formatTable, widthOf } from '../../../src/terminal/table.ts';

const columns: Column[] = [
  { title: '#', align: 'right' },
  { title: 'Name', align: 'left', shrinks: true },
  { title: 'Id', align: 'left' },
];

test('columns line up, whatever is in them', () => {
  const rows = [
    ['1', 'Red dress', 'sku-1'],
    ['10', '赤いドレス', 'sku-2'],
    ['11', '👗 Kleid', 'sku-3'],
    ['12', 'Robe d’été', ''],
  ];
  expect(formatTable(columns, rows, { colour: false }).split('\n')).toEqual([
    ' #  Name        Id',
    ' 1  Red dress   sku-1',
    '10  赤いドレス  sku-2',
    '11  👗 Kleid    sku-3',
    '12  Robe d’été',
  ]);
});

test('a long name gives way, so that a line fits the terminal', () => {
  const table = formatTable(columns, [['1', 'A dress with a very long name', 'sku-1']], { width: 30, colour: false });
  expect(table.split('\n')).toEqual(['#  Name                  Id', '1  A dress with a very…  sku-1']);
  expect(Math.max(...table.split('\n').map(widthOf))).toBeLessThanOrEqual(30);
});

test('in a very narrow terminal a name keeps enough to be known by', () => {
  const table = formatTable(columns, [['1', 'A dress with a very long name', 'sku-1']], { width: 5, colour: false });
  expect(table).toContain('A dress…  sku-1');
});

test('a product’s name cannot steer the terminal', () => {
  const table = formatTable(columns, [['1', '\u001b[2Jgone\nnext\u202e', 'x']], { colour: false });
  expect(table.split('\n')).toHaveLength(2);
  for (const character of ['\u001b', '\u202e']) expect(table).not.toContain(character);
});

test('colour is there only when asked for', () => {
  expect(formatTable(columns, [], { colour: true })).toContain('\u001b[1m');
  expect(formatTable(columns, [], { colour: false })).toBe('#  Name  Id');
});
